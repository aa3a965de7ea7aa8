#!/usr/bin/env bash
# Makes a backup of the running system, which needs no pause. The native engine runs it each day; anybody who may read the data folder can.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/backups.sh"

usage() {
  say "Uso: bash deploy/backup.sh DATOS RESPALDO

  DATOS     carpeta de datos de la instancia, en marcha
  RESPALDO  carpeta nueva para el respaldo; mejor en otro disco

La carpeta aparece cuando el respaldo está completo y comprobado. Guárdela donde solo la administración pueda leerla: tiene todos los datos." \
  "Usage: bash deploy/backup.sh DATA BACKUP

  DATA    data folder of the instance, which runs
  BACKUP  new folder for the backup; better on another disk

The folder appears when the backup is complete and checked. Keep it where only the administration can read it: it holds all data."
}

arguments_or_help 2 "$@"
data=$(realpath -m "$1") to=$(realpath -m "$2")
as_owner "$data" "$to"
[ ! -e "$to" ] || fail "$to ya existe." "$to exists already." "indique una carpeta nueva" "name a new folder"
use_instance "$data"
use_running_server "$data"
one_at_a_time "$data"
umask 077

# Made aside and renamed, so that an interrupted one is never taken for a backup.
partial=$(dirname "$to")/.partial-$(basename "$to")
{ rm -rf "$partial" && mkdir -p "$partial"; } 2> /dev/null || fail "la cuenta $(id --user --name) no puede escribir en $(dirname "$to")." \
  "the account $(id --user --name) cannot write to $(dirname "$to")." "revise permisos y disco" "check permissions and disk"
errors=$(mktemp)
trap 'rm -rf "$partial" "$errors"' EXIT

erased() { ask 'select count(*) from erasure where completed_at is not null' participants-db "$errors"; }
# An erasure that was ordered and done between two dumps would be done for the one and unknown to the other: then they are made again.
for _ in 1 2 3 4 5; do
  before=$(erased)
  for database in "${databases[@]}"; do
    plain pg_dump --format=custom --file="$partial/$database.dump" "$database" 2> "$errors" ||
      failed_with "$errors" "no se pudo copiar $database." "$database could not be copied."
  done
  after=$(erased)
  [ "$after" != "$before" ] || break
done
{
  # Without this key mail server's password, signing keys and followers' addresses cannot be read again.
  plain cp "$data/secrets/instance-key" "$partial/instance-key" &&
  # Who was erased, so that no older backup brings them back. It names nobody.
  plain cp "$data/erasures/ledger" "$partial/ledger" &&
  (cd "$partial" && plain sha256sum ./*.dump instance-key ledger > SHA256SUMS) &&
  # What is renamed must be on the disk before its new name is.
  plain sync "$partial"/* "$partial"
} 2> "$errors" || failed_with "$errors" "no se pudo escribir el respaldo." "the backup could not be written."

check_sums "$partial"
for database in "${databases[@]}"; do
  pg_restore --list "$partial/$database.dump" > /dev/null 2> "$errors" ||
    { cat "$errors" >&2; fail_as $damaged "la copia de $database no se puede leer." "the copy of $database cannot be read." "revise el disco" "check the disk"; }
done
mv --no-target-directory "$partial" "$to"
sync "$(dirname "$to")"

# What the operator's page tells: when, and of each file SHA-256, size and name.
{
  date --utc +%Y-%m-%dT%H:%M:%SZ
  while read -r sum file; do echo "$sum $(stat --format=%s "$to/$file") $file"; done < "$to/SHA256SUMS"
} > "$data/backups/last.new"
chmod 644 "$data/backups/last.new"
mv "$data/backups/last.new" "$data/backups/last"
say "Respaldo completo: $to" "Backup complete: $to"
