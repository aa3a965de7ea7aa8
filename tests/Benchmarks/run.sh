#!/usr/bin/env bash
# Measures the system beside its peers and writes what it found to artifacts/benchmarks. Options: --rounds N, --seconds N, --facts N,
# --only reads,reports,effect,inbox,memory,directory,start, --output FOLDER (docs/benchmarks.md).
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$checkout/deploy/packages.sh"
cd "$checkout"

require_dotnet
mapfile -t missing < <(
  missing_for_system
  has nginx || echo nginx-light
  has wrk || echo wrk
  has pgbench || echo postgresql
)
install_packages ${missing[@]+"${missing[@]}"}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/Benchmarks/Benchmarks.csproj -c Release -p:RestoreLockedMode=true -v q --nologo
exec dotnet tests/Benchmarks/bin/Release/net10.0/OpenGov.Benchmarks.dll "$@"
