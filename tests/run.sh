#!/usr/bin/env bash
# Runs all tests. The last line is "N passed, N failed"; the exit code is 0 only if tests ran and all passed.
# --long adds the soak, scale and random-kill runs.
set -uo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$checkout/deploy/packages.sh"
cd "$checkout" || exit 1

for option in "$@"; do
  case $option in
    --long) export OPENGOV_LONG=1 ;;
    *) fail "no se conoce la opción $option." "there is no option $option." "solo hay --long" "there is only --long" ;;
  esac
done

require_dotnet
mapfile -t missing < <(missing_for_system; missing_for_tests)
install_packages ${missing[@]+"${missing[@]}"}

# Processes here live for seconds: what a profile of them, or a second compilation of what was called 30 times, would save never comes back.
# Pages of code that are never both written and run cost a start a tenth of its work.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=100 DOTNET_EnableWriteXorExecute=0
if ! dotnet build OpenGovAspire.sln -c Release -p:RestoreLockedMode=true -v q --nologo; then
  say "No se pudo compilar; no se ejecutó ninguna prueba." "The build failed; no test was run." >&2
  echo "0 passed, 0 failed"
  exit 1
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
for kind in UnitTests ServiceTests SystemTests; do
  say "== $kind" "== $kind"
  # A test that hangs is ended and counted as failed; the limits inside the tests are far shorter.
  dotnet test "tests/$kind/$kind.csproj" -c Release --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$kind.trx" \
    --blame-hang --blame-hang-timeout "$([ -n "${OPENGOV_LONG:-}" ] && echo 3h || echo 15m)" --blame-hang-dump-type none
  code=$?
  counters=$(grep -o '<Counters [^>]*>' "$results/$kind.trx" 2> /dev/null)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$counters" | head -n 1; }
  kind_passed=$(count passed) kind_failed=$(count failed) total=$(count total) executed=$(count executed)
  passed=$((passed + ${kind_passed:-0}))
  failed=$((failed + ${kind_failed:-0}))
  skipped=$((skipped + ${total:-0} - ${executed:-0}))
  if [ "$code" -ne 0 ] && [ "${kind_failed:-0}" -eq 0 ]; then
    say "$kind terminó con el código $code." "$kind ended with code $code." >&2
    failed=$((failed + 1))
  fi
done

[ "$skipped" -eq 0 ] || say "Sin ejecutar (solo con --long): $skipped." "Not run (only with --long): $skipped."
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
