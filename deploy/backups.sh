# Sourced by backup.sh, check-backup.sh and restore.sh: what they share.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# Why a script ended, for the engine that runs it: the operator's page has a text for each. 1 is everything else.
server_away=11 no_room=12 damaged=13 programs_missing=14 one_runs_already=15 interrupted=16

# Those who copy before those whom they copy: a copy that is behind its owner catches up, one that is ahead has to be rebuilt.
databases=(notifications-db transparency-db action-plans-db participants-db)

# fail_as CODE REASON-es REASON-en REMEDY-es REMEDY-en
fail_as() {
  local code=$1
  shift
  (fail "$@") || exit "$code"
}

# arguments_or_help COUNT "$@": the arguments, or the script's help.
arguments_or_help() {
  local count=$1 argument
  shift
  for argument in "$@"; do
    case $argument in
      --help | -h) usage; exit 0 ;;
      -*) fail "no se conoce la opción $argument." "there is no option $argument." "vea --help" "see --help" ;;
    esac
  done
  [ $# -eq "$count" ] || fail "se necesitan $count carpetas." "$count folders are needed." "vea --help" "see --help"
}

# as_owner DATA FOLDER: where root runs a script for an instance that another account runs, that account runs it. What is made belongs to it then, and what
# it may have laid into its own folders, as a link, leads nowhere where it could not write by itself. An instance that root runs has given its databases to
# PostgreSQL's account, whoever made the other folders: then root goes on.
as_owner() {
  local owner script
  # Where there is no such folder, use_instance says so.
  owner=$(stat --format=%U "$1/run" 2> /dev/null) || return 0
  if [ "$(id -u)" -ne 0 ] || [ "$owner" = root ] || [ "$owner" != "$(stat --format=%U "$1/postgres/data" 2> /dev/null)" ]; then return 0; fi
  script=$(realpath "$0")
  # Where it may be: PostgreSQL's programs complain of a folder that they cannot come back to.
  cd /
  exec runuser --user "$owner" -- bash "$script" "$@"
}

# use_instance DATA: PostgreSQL's programs of the version that the instance's data belong to, and its superuser's password.
use_instance() {
  local data=$1 version
  [ -d "$data/run" ] || fail "$data no es la carpeta de datos de una instancia." "$data is no instance's data folder." \
    "indique la carpeta que se dio a deploy/run.sh con --data" "name the folder that deploy/run.sh was given with --data"
  { version=$(cat "$data/postgres/data/PG_VERSION") && PGPASSWORD=$(cat "$data/secrets/postgres-password"); } 2> /dev/null ||
    fail "esta cuenta no puede leer los datos de la instancia." "this account cannot read the instance's data." \
      "use la cuenta que inicia el sistema" "use the account that starts the system"
  # It becomes part of a path that programs are started from.
  [[ $version =~ ^[0-9]+$ ]] || fail "$data/postgres/data no es de PostgreSQL." "$data/postgres/data is not PostgreSQL's." \
    "revise esa carpeta" "check that folder"
  programs=/usr/lib/postgresql/$version/bin
  [ -x "$programs/pg_dump" ] || fail_as $programs_missing "falta pg_dump de PostgreSQL $version." "pg_dump of PostgreSQL $version is missing." \
    "instálelo con «apt-get install postgresql-client-$version»" "install it with 'apt-get install postgresql-client-$version'"
  PATH=$programs:$PATH
  export PGUSER=postgres PGPASSWORD
}

# use_running_server DATA: where it listens now.
use_running_server() {
  export PGHOST=127.0.0.1 PGPORT PGCONNECT_TIMEOUT=10
  PGPORT=$(sed -n 's|^postgres tcp .*:\([0-9]*\)$|\1|p' "$1/run/addresses" 2> /dev/null) || true
  { [ -n "$PGPORT" ] && pg_isready --quiet --timeout=15; } || fail_as $server_away "la base de datos no responde." "the database does not answer." \
    "inicie el sistema con deploy/run.sh y repita esta orden" "start the system with deploy/run.sh and repeat this command"
}

# one_at_a_time DATA: until this script and all that it started have ended.
one_at_a_time() {
  mkdir -p "$1/backups"
  # Read by the services, wherever they run. It says no more than names and sizes.
  chmod 755 "$1/backups"
  exec 9> "$1/backups/lock"
  flock --nonblock 9 || fail_as $one_runs_already "ya se está haciendo o probando un respaldo." "a backup is being made or tried already." \
    "espere a que termine" "wait until it ends"
}

# check_sums FOLDER
check_sums() {
  local account
  account=$(id --user --name)
  [ -r "$1/SHA256SUMS" ] || fail_as $damaged "$1 no es un respaldo completo, o la cuenta $account no puede leerlo." "$1 is no complete backup, or the account $account cannot read it." \
    "indique la carpeta de otro, o dé esta a la cuenta que inicia el sistema" "name the folder of another one, or give this one to the account that starts the system"
  (cd "$1" && sha256sum --check --quiet SHA256SUMS >&2) || fail_as $damaged "el respaldo está dañado." "the backup is damaged." \
    "use otro, y revise el disco en el que está" "use another one, and check the disk that it lies on"
}

# What programs say of a failure is looked at below, whatever the machine's language.
plain() { env LC_ALL=C.UTF-8 "$@"; }

# ask STATEMENT DATABASE ERRORS
ask() {
  plain psql --no-psqlrc --no-align --tuples-only --command="$1" "$2" 2> "$3" ||
    failed_with "$3" "no se pudo leer la base de datos." "the database could not be read."
}

# failed_with ERRORS WHAT-es WHAT-en: ends with what a program said.
failed_with() {
  local code=$?
  cat "$1" >&2
  [ "$code" -le 128 ] || fail_as $interrupted "un programa se interrumpió desde fuera (señal $((code - 128)))." \
    "a program was interrupted from outside (signal $((code - 128)))." "repita esta orden" "repeat this command"
  if grep -i 'no space left\|disk full' "$1" > /dev/null; then
    fail_as $no_room "se llenó el disco." "the disk is full." "libere espacio" "free some space"
  fi
  if grep -i 'connection\b.*failed\|server closed the connection\|connection to server\|terminating connection' "$1" > /dev/null; then
    fail_as $server_away "la base de datos dejó de responder." "the database does not answer any more." \
      "vuelve sola; si no, lea logs/postgres.log en la carpeta de datos" "it comes back by itself; if not, read logs/postgres.log in the data folder"
  fi
  fail "$2" "$3" "lea el error, arriba" "read the error above"
}
