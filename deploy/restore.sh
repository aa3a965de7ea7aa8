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
as_owner "$data" "$from"
use_instance "$data"
umask 077
# As the engine holds it, and until this script has ended: nobody starts the system on what is half restored.
exec 8<> "$data/run/lock"
flock --nonblock 8 || fail "el sistema está en marcha." "the system is running." \
  "deténgalo con Ctrl+C donde lo inició y repita esta orden" "stop it with Ctrl+C where you started it, and repeat this command"
check_sums "$from"

key=$data/secrets/instance-key ledger=$data/erasures/ledger
socket=$(mktemp --directory) errors=$(mktemp) log=$(mktemp)
server= changes=false finished=false
# drop KIND…: databases that were restored and not put into place, or that made place.
drop() {
  local database kind
  for database in "${databases[@]}"; do
    for kind in "$@"; do plain dropdb --if-exists --force "$kind-$database" || return; done
  done
}
end() {
  # Not by the exit code: a signal ends the script with that of the last program.
  if [ -n "$server" ]; then
    [ "$finished" = true ] || drop restore 2> /dev/null || true
    # Again and again: one that has only just begun does not listen yet.
    while kill -INT "$server" 2> /dev/null; do sleep 0.2; done
    wait "$server" || true
  fi
  rm -rf "$socket" "$errors" "$log" "$key.new" "$ledger.new"
  [ "$finished" = false ] || return 0
  if [ "$changes" = true ]; then
    say "No inicie el sistema: repita antes esta orden, que termina lo que falta." "Do not start the system: repeat this command first, which does the rest." >&2
  else
    say "Los datos de la instancia siguen como estaban." "The instance's data are as they were." >&2
  fi
}
trap end EXIT

# Made aside: what can fail does so before anything changes.
{
  plain cp "$from/instance-key" "$key.new" && mkdir -p "$data/erasures" && touch "$ledger" &&
  # Lines are added to the ledger of erasures, never taken away: the backup knows nothing of what was erased after it.
  if [ -e "$from/ledger" ]; then plain sort --unique "$ledger" "$from/ledger"; else plain sort --unique "$ledger"; fi > "$ledger.new" &&
  plain sync "$key.new" "$ledger.new"
} 2> "$errors" || failed_with "$errors" "no se puede escribir en $data." "$data cannot be written to."

# The databases' server alone, by the account that owns it, at a socket that nobody else knows. It ends with this script, however that ends, and not
# with Ctrl+C before it; the lock is not its own.
cluster=$data/postgres/data
owner=$(stat --format=%u "$cluster")
account=()
[ "$owner" = "$(id --user)" ] || account=(--reuid="$owner" --regid="$(stat --format=%g "$cluster")" --clear-groups)
chown "$owner" "$socket"
cd "$data/postgres"
export PGHOST=$socket PGPORT=5432
setpriv ${account[@]+"${account[@]}"} --pdeathsig INT setsid "$programs/postgres" -D "$cluster" -c listen_addresses= -c port=$PGPORT -c "unix_socket_directories=$socket" \
  8>&- < /dev/null > "$log" 2>&1 &
server=$!
until pg_isready --quiet; do
  kill -0 "$server" 2> /dev/null || {
    cat "$log" >&2
    server=
    fail "no se pudo iniciar el servidor de bases de datos." "the databases' server could not be started." "lea el error, arriba" "read the error above"
  }
  sleep 0.2
done

# Beside the former ones, which stay until all of the backup has proved to be good.
drop restore former 2> "$errors" || failed_with "$errors" "no se pudo borrar lo que dejó un intento anterior." "what an earlier attempt left could not be removed."
# Both sets lie on the disk for a while. How large the restored one will be nobody knows: as large as the former, or on a new machine twice its packed size.
former=$(ask "select coalesce(sum(pg_database_size(oid)), 0) from pg_database where datname in ($(printf "'%s'," "${databases[@]}" | sed 's/,$//'))" postgres "$errors")
packed=$(du --bytes --total "$from"/*.dump | tail -n 1 | cut -f 1)
needed=$((former > packed * 2 ? former : packed * 2))
[ "$(df --output=avail --block-size=1 "$data/postgres" | tail -n 1)" -gt $((needed + 256 * 1024 * 1024)) ] || fail_as $no_room \
  "falta espacio en el disco de los datos: se necesitan $(((needed >> 20) + 256)) MB libres." "there is no room on the disk with the data: $(((needed >> 20) + 256)) MB must be free." \
  "libere espacio y repita esta orden" "free some space and repeat this command"
for database in "${databases[@]}"; do
  {
    plain createdb --owner="$database" "restore-$database" &&
      plain psql --no-psqlrc --quiet --command="revoke connect, temporary on database \"restore-$database\" from public" postgres &&
      plain pg_restore --no-owner --role="$database" --exit-on-error --dbname="restore-$database" "$from/$database.dump"
  } 2> "$errors" || failed_with "$errors" "$database no se pudo restaurar." "$database could not be restored."
done

changes=true
# Its messages belong to another time, and the owners' feeds bring the facts; the ledger has only gained lines. Neither harms the former databases, so that
# none of it is left over should the machine go down behind the exchange.
rm -rf "$data/broker"
mv "$ledger.new" "$ledger"
# All in one transaction: whatever happens here, there is one whole set of databases. One that is missing makes place already.
plain psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 postgres > /dev/null 2> "$errors" << 'SQL' || failed_with "$errors" "las bases de datos no se pudieron cambiar." "the databases could not be exchanged."
begin;
select format('alter database %I rename to %I', former.datname, 'former-' || former.datname)
from pg_database former join pg_database restored on restored.datname = 'restore-' || former.datname \gexec
select format('alter database %I rename to %I', datname, substr(datname, length('restore-') + 1)) from pg_database where datname like 'restore-%' \gexec
commit;
SQL
mv "$key.new" "$key"
sync "$data/secrets" "$data/erasures"
drop former 2> "$errors" || failed_with "$errors" "las bases de datos anteriores no se pudieron borrar." "the former databases could not be removed."

for database in "${databases[@]}"; do say "$database: restaurada" "$database: restored"; done
count=$(grep --count ' ERASED ' "$ledger") || true
say "Inicie el sistema. En la lista de supresiones hay $count; quien haya vuelto se borra otra vez al iniciar." \
  "Start the system. $count erasures stand in the ledger: whoever of them is back is erased again at the start."
finished=true
