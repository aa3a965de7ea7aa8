#!/usr/bin/env bash
# Restores a backup for good, while the system is stopped. All four databases of one backup, never one alone.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/backups.sh"

usage() {
  say "Uso: bash deploy/restore.sh DATOS RESPALDO

  DATOS     carpeta de datos de la instancia, detenida
  RESPALDO  carpeta del respaldo

Lo que se registró después del respaldo se pierde. Quien fue borrado después se borra otra vez al iniciar el sistema.
En otro equipo: instale la misma versión, iníciela una vez con una carpeta nueva, deténgala, y restaure ahí." \
  "Usage: bash deploy/restore.sh DATA BACKUP

  DATA    data folder of the instance, which is stopped
  BACKUP  folder of the backup

What was recorded after the backup is lost. Who was erased after it is erased again when the system starts.
On another machine: install the same version, start it once on a new folder, stop it, and restore there."
}

arguments_or_help 2 "$@"
data=$(realpath -m "$1") from=$(realpath -m "$2")
use_instance "$data"
flock --nonblock "$data/run/lock" true || fail "el sistema está en marcha." "the system is running." \
  "deténgalo con Ctrl+C donde lo inició y repita esta orden" "stop it with Ctrl+C where you started it, and repeat this command"
check_sums "$from"
umask 077
cp "$from/instance-key" "$data/secrets/instance-key"
# Lines are added to the ledger of erasures, never taken away: the backup knows nothing of what was erased after it.
mkdir -p "$data/erasures"
touch "$data/erasures/ledger"
ledgers=("$data/erasures/ledger")
[ ! -e "$from/ledger" ] || ledgers+=("$from/ledger")
sort --unique "${ledgers[@]}" > "$data/erasures/ledger.new"
sync "$data/erasures/ledger.new"
mv "$data/erasures/ledger.new" "$data/erasures/ledger"

# The databases' server alone, by the account that owns it, at a socket that nobody else knows.
server=$data/postgres/data
owner=$(stat --format=%U "$server")
by_owner() { if [ "$(id --user --name)" = "$owner" ]; then "$@"; else runuser --user "$owner" -- "$@"; fi; }
socket=$(mktemp --directory)
errors=$(mktemp)
chown "$owner" "$socket"
stop_server() {
  (cd "$data/postgres" && by_owner "$programs/pg_ctl" stop --wait --silent --mode=fast --pgdata="$server") || true
  rm -rf "$socket" "$errors"
}
trap stop_server EXIT
(cd "$data/postgres" && by_owner "$programs/pg_ctl" start --wait --silent --pgdata="$server" --log="$data/postgres/restore.log" \
  --options="-c listen_addresses= -c port=5432 -c unix_socket_directories=$socket") ||
  fail "no se pudo iniciar el servidor de bases de datos." "the databases' server could not be started." \
    "lea $data/postgres/restore.log" "read $data/postgres/restore.log"
export PGHOST=$socket PGPORT=5432
# In the opposite order of the backup.
for ((number = ${#databases[@]} - 1; number >= 0; number--)); do
  database=${databases[number]}
  {
    plain dropdb --if-exists --force "$database" && plain createdb --owner="$database" "$database" &&
      plain psql --no-psqlrc --quiet --command="revoke connect, temporary on database \"$database\" from public" postgres &&
      plain pg_restore --no-owner --role="$database" --exit-on-error --dbname="$database" "$from/$database.dump"
  } 2> "$errors" || failed_with "$errors" "$database no se pudo restaurar." "$database could not be restored."
  say "$database: restaurada" "$database: restored"
done
# Its messages belong to another time; the owners' feeds bring the facts.
rm -rf "$data/broker"
count=$(grep --count ' ERASED ' "$data/erasures/ledger") || true
say "Inicie el sistema. En la lista de supresiones hay $count; quien haya vuelto se borra otra vez al iniciar." \
  "Start the system. $count erasures stand in the ledger: whoever of them is back is erased again at the start."
