#!/usr/bin/env bash
# Runs the whole system in the foreground until Ctrl+C. Safe to start again at any time: the data are kept.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(dirname "$here")
. "$here/packages.sh"

usage() {
  say "Uso: bash deploy/run.sh [--data CARPETA] [--backups CARPETA] [--port N] [--sample]

  --data CARPETA     guarda ahí todos los datos de la instancia (normalmente, data junto al código)
  --backups CARPETA  guarda ahí los respaldos de cada noche; mejor en otro disco (normalmente, backups en la carpeta de datos)
  --port N           puerto de la dirección pública (normalmente, 8080)
  --sample           carga el ejercicio de ejemplo y muestra los correos que envía el sistema
  --help             muestra esta ayuda

Ctrl+C detiene el sistema. Los datos se conservan para el siguiente inicio." \
  "Usage: bash deploy/run.sh [--data FOLDER] [--backups FOLDER] [--port N] [--sample]

  --data FOLDER     keeps all data of the instance there (by default, data beside the code)
  --backups FOLDER  keeps each night's backups there; better on another disk (by default, backups in the data folder)
  --port N          port of the public address (by default, 8080)
  --sample          loads the example exercise and shows the mail that the system sends
  --help            shows this help

Ctrl+C stops the system. The data are kept for the next start."
}

data= backups= port=8080 sample=false
while [ $# -gt 0 ]; do
  case $1 in
    --data | --backups | --port)
      [ $# -ge 2 ] || fail "$1 necesita un valor." "$1 needs a value." "vea --help" "see --help"
      case $1 in --data) data=$2 ;; --backups) backups=$2 ;; *) port=$2 ;; esac
      shift 2 ;;
    --sample) sample=true; shift ;;
    --help | -h) usage; exit 0 ;;
    *) fail "no se conoce la opción $1." "there is no option $1." "vea --help" "see --help" ;;
  esac
done
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] ||
  fail "«$port» no es un puerto." "'$port' is no port." "elija un número entre 1 y 65535" "choose a number from 1 to 65535"

# Whether every account can pass through to this folder. PostgreSQL refuses to run as root, so a root's instance cannot live where
# only root can go, as below /root.
passable() {
  local folder=$1
  while [ "$folder" != / ]; do
    if [ -e "$folder" ] && [[ $(stat -c %A "$folder") != *[xt] ]]; then return 1; fi
    folder=$(dirname "$folder")
  done
}
if [ -z "$data" ]; then
  data=$checkout/data
  if [ "$(id -u)" -eq 0 ] && ! passable "$checkout"; then data=/var/lib/opengov-aspire; fi
fi
data=$(realpath -m "$data")
backup_arguments=()
if [ -n "$backups" ]; then
  backups=$(realpath -m "$backups")
  backup_arguments=(--Backups "$backups")
  # No reason not to start: the disk may come back, and the operator's page says so until then.
  [ -d "$backups" ] || say "Aviso: no existe la carpeta de respaldos $backups; mientras no exista no se hacen respaldos." \
    "Note: the folder for backups $backups does not exist; no backups are made until it does."
fi

address_of() { awk -v resource="$1" -v endpoint="$2" '$1 == resource && $2 == endpoint { print $3; exit }' "$data/run/addresses" 2> /dev/null; }

# Whether the instance of this data folder runs already. Building now would write over the programs that it is running.
running() {
  local code=0
  [ -e "$data/run/lock" ] || return 1
  flock --nonblock --conflict-exit-code 9 "$data/run/lock" true 2> /dev/null || code=$?
  [ "$code" -eq 9 ]
}
if running; then
  address=$(address_of gateway http)
  say "El sistema ya está en marcha con los datos de $data." "The system is running already on the data in $data."
  say "  Portal:  ${address:-todavía está iniciando, o se está restaurando un respaldo}" "  Portal:  ${address:-still starting, or a backup is being restored}"
  if [ "$sample" = true ] && [ ! -e "$data/sample-accounts.json" ]; then
    fail "el ejemplo no se carga mientras está en marcha." "the example is not loaded while it runs." \
      "deténgalo con Ctrl+C donde lo inició y repita esta orden" "stop it with Ctrl+C where you started it, and repeat this command"
  fi
  say "  Para actualizarlo: deténgalo con Ctrl+C donde lo inició, traiga el código nuevo y repita esta orden." \
    "  To upgrade it: stop it with Ctrl+C where you started it, fetch the new code, and repeat this command."
  exit 0
fi

require_dotnet
mapfile -t missing < <(missing_for_system)
install_packages ${missing[@]+"${missing[@]}"}

say "Compilando (la primera vez tarda algunos minutos)…" "Building (the first time takes some minutes)…"
build_log=$(mktemp)
trap 'rm -f "$build_log"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if ! dotnet build "$here/system.slnf" -c Release -p:RestoreLockedMode=true -v q --nologo > "$build_log" 2>&1; then
  grep -E 'error' "$build_log" | sort -u | head -n 20 >&2 || tail -n 20 "$build_log" >&2
  fail "no se pudo compilar." "the build failed." \
    "si falta un paquete, revise la red; si no, los errores de arriba dicen dónde" \
    "if a package is missing, check the network; otherwise the errors above say where"
fi

# The program ends with this script, however that ends.
setpriv --pdeathsig TERM dotnet "$checkout/src/AppHost/bin/Release/net10.0/OpenGov.AppHost.dll" \
  --Data "$data" --Port "$port" --Sample "$sample" ${backup_arguments[@]+"${backup_arguments[@]}"} &
app_host=$!
trap 'kill -TERM $app_host 2> /dev/null || true' INT TERM HUP

alive() { kill -0 "$app_host" 2> /dev/null; }

# Ends as the AppHost ends; a signal that interrupts the waiting has been passed on to it.
finish() {
  local code
  while :; do
    code=0
    wait "$app_host" || code=$?
    alive || exit "$code"
  done
}

# http_ok URL: whether it answers 200. Needs no program that a fresh machine may lack.
http_ok() {
  local rest=${1#http://} status
  exec 3<> "/dev/tcp/${rest%%[:/]*}/$(sed -E 's,[^:]*:([0-9]+).*,\1,' <<< "$rest")" || return 1
  printf 'GET /%s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${rest#*/}" >&3
  read -r -t 10 _ status _ <&3 || status=
  exec 3>&-
  [ "$status" = 200 ]
} 2> /dev/null

# healthy RESOURCE…: whether they all are.
healthy() { local name; for name in "$@"; do http_ok "$(address_of "$name" http)/health" || return 1; done; }

services=(gateway participants)
if [ "$sample" = true ]; then services+=(portal action-plans transparency notifications); fi
until healthy "${services[@]}"; do
  alive || finish
  sleep 0.3
done

address=http://127.0.0.1:$port/
link=$(sed -n 's/^.*SETUP-LINK \([^ "]*\).*$/\1/p' "$data/logs/participants.log" | tail -n 1)
accounts=$data/sample-accounts.json
if [ "$sample" = true ] && [ -z "$link" ] && [ ! -e "$accounts" ]; then
  say "Esta instancia ya está configurada sin el ejemplo, así que no se carga." \
    "This instance was set up without the example, so it is not loaded."
elif [ "$sample" = true ]; then
  # A load that was interrupted goes on where it stopped; one that is complete only says the accounts again.
  say "Cargando el ejercicio de ejemplo…" "Loading the example exercise…"
  arguments=(--gateway "${address%/}" --accounts "$accounts" --mail-page "$(address_of mail-catcher http)")
  arguments+=(--smtp "$(address_of mail-catcher smtp | sed 's,^tcp://,,')")
  if [ -n "$link" ]; then arguments+=(--setup-link "$link"); fi
  if ! dotnet "$checkout/src/SampleLoader/bin/Release/net10.0/OpenGov.SampleLoader.dll" "${arguments[@]}"; then
    alive || finish
    kill -TERM "$app_host"
    wait "$app_host" || true
    fail "no se pudo cargar el ejemplo." "the example could not be loaded." \
      "inicie de nuevo, y seguirá donde se quedó; si se repite, las bitácoras están en $data/logs" \
      "start again, and it goes on where it stopped; if it fails again, the logs are in $data/logs"
  fi
  link=
fi

echo
say "  Portal:  $address" "  Portal:  $address"
if [ -n "$link" ]; then
  say "  Configure la instancia con este enlace, que sirve una sola vez:" "  Set the instance up with this link, which works once:"
  echo "  $link"
fi
if [ "$sample" = true ]; then
  say "  Correos enviados:  $(address_of mail-catcher http)" "  Mail that was sent:  $(address_of mail-catcher http)"
fi
echo
finish
