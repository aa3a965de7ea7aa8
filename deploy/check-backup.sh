#!/usr/bin/env bash
# A backup that was never restored is a hope: this restores one into databases of its own beside the running system's, counts, and removes them.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/backups.sh"

usage() {
  say "Uso: bash deploy/check-backup.sh DATOS RESPALDO

  DATOS     carpeta de datos de la instancia, en marcha
  RESPALDO  carpeta del respaldo que se prueba

Lo restaura en bases de datos aparte, que borra al terminar. No cambia nada de la instancia." \
  "Usage: bash deploy/check-backup.sh DATA BACKUP

  DATA    data folder of the instance, which runs
  BACKUP  folder of the backup to be tried

It is restored into databases of its own, which are removed at the end. Nothing of the instance changes."
}

arguments_or_help 2 "$@"
data=$(realpath -m "$1") from=$(realpath -m "$2")
as_owner "$data" "$from"
use_instance "$data"
use_running_server "$data"
one_at_a_time "$data"
check_sums "$from"
errors=$(mktemp)
remove() {
  local database
  for database in "${databases[@]}"; do dropdb --if-exists --force "check-$database" 2> /dev/null || true; done
}
trap 'remove; rm -f "$errors"' EXIT
# Of one that was killed.
remove

for database in "${databases[@]}"; do
  size=$(ask "select coalesce((select pg_database_size(oid) from pg_database where datname = '$database'), 0)" postgres "$errors")
  free=$(df --output=avail --block-size=1 "$data/postgres" | tail -n 1)
  # Indexes and the server's own log come on top; the disk with the data must not fill up for a trial.
  [ "$free" -gt $((size * 2 + 256 * 1024 * 1024)) ] || fail_as $no_room "falta espacio en el disco de los datos para probar el respaldo." \
    "there is no room on the disk with the data to try the backup." "libere espacio" "free some space"
  {
    plain createdb "check-$database" &&
      plain psql --no-psqlrc --quiet --command="revoke connect, temporary on database \"check-$database\" from public" postgres &&
      plain pg_restore --no-owner --exit-on-error --dbname="check-$database" "$from/$database.dump"
  } 2> "$errors" || failed_with "$errors" "$database no se pudo restaurar." "$database could not be restored."
  count=$(ask 'select count(*) from event_log' "check-$database" "$errors")
  say "$database: $count avisos" "$database: $count facts"
  dropdb --force "check-$database"
done
