# Sourced by deploy/run.sh and tests/run.sh: messages, and the Debian packages that a machine lacks.
# Servers are wanted as programs only. Nothing here leaves a service of theirs created, enabled or started, and what has to be
# changed on the way (policy-rc.d, PostgreSQL's createcluster.conf) is put back.

# Spanish, or English where the machine is set to it.
say() {
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    en*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

# fail REASON-es REASON-en REMEDY-es REMEDY-en
fail() {
  { say "Error: $1" "Error: $2"; say "Qué hacer: $3" "What helps: $4"; } >&2
  exit 1
}

has() { command -v "$1" > /dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

has_postgres() {
  local server
  for server in /usr/lib/postgresql/*/bin/postgres; do
    [ -x "$server" ] && [ "$(basename "$(dirname "$(dirname "$server")")")" -ge 15 ] && return 0
  done
  return 1
}

require_dotnet() {
  # Not grep -q, here and below: it leaves at the first match, and with pipefail a program that was still writing makes the answer "no".
  has dotnet && dotnet --list-sdks | grep '^10\.' > /dev/null && return
  fail "falta el SDK de .NET 10." "the .NET 10 SDK is missing." \
    "instálelo como indica https://dotnet.microsoft.com/download/dotnet/10.0" \
    "install it as https://dotnet.microsoft.com/download/dotnet/10.0 says"
}

# Prints the packages that are missing for running the system.
missing_for_system() {
  has_postgres || echo postgresql
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server
  has node || echo nodejs
  has npm || echo npm
  # .NET sorts and compares Spanish texts with ICU.
  /sbin/ldconfig -p | grep 'libicuuc\.so' > /dev/null || echo libicu
}

missing_for_tests() {
  has chromium-headless-shell || echo chromium-headless-shell
  [ -d /usr/share/fonts/truetype/dejavu ] || echo fonts-dejavu-core
}

# install_packages PACKAGE…
install_packages() {
  [ $# -eq 0 ] && return
  say "Faltan paquetes de Debian: $*" "Debian packages are missing: $*"
  has apt-get || fail "esta máquina no usa apt." "this machine does not use apt." \
    "instale estos programas con su gestor de paquetes: $*" "install these programs with its package manager: $*"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || fail "no hay permiso para instalarlos." "there is no permission to install them." \
      "como root: apt-get install $*" "as root: apt-get install $*"
    say "Se usa sudo solo para instalarlos." "sudo is used for installing them, and for nothing else."
    as_root=(sudo env "LANG=${LANG:-}")
  fi
  # A shell of its own: "set -e" has no effect in a function whose failure is handled with "||".
  ${as_root[@]+"${as_root[@]}"} bash -c '. "$0"; install_as_root "$@"' "${BASH_SOURCE[0]}" "$@" ||
    fail "no se pudieron instalar." "they could not be installed." \
      "lea el error de apt, arriba; o como root: apt-get install $*" "read apt's error above; or as root: apt-get install $*"
}

install_as_root() (
  set -eu
  export DEBIAN_FRONTEND=noninteractive
  apt() { apt-get -y -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"; }
  policy=/usr/sbin/policy-rc.d
  clusters=/etc/postgresql-common/createcluster.conf
  kept=$(mktemp -d)
  put_back() {
    if [ -e "$kept/policy" ]; then cp -a "$kept/policy" "$policy"; else rm -f "$policy"; fi
    if [ -e "$kept/clusters" ]; then cp -a "$kept/clusters" "$clusters"; fi
    rm -rf "$kept"
  }
  trap put_back EXIT

  # Whoever has these services already keeps them as they are.
  new_services=()
  for service in rabbitmq-server postgresql epmd nginx; do
    [ -e "/lib/systemd/system/$service.service" ] || [ -e "/etc/init.d/$service" ] || new_services+=("$service")
  done

  [ -e "$policy" ] && cp -a "$policy" "$kept/policy"
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"

  apt update || fail "no se alcanza el repositorio de Debian." "Debian's repository cannot be reached." \
    "revise la red y /etc/apt/sources.list" "check the network and /etc/apt/sources.list"

  packages=()
  for package in "$@"; do
    case $package in
      # Its name carries its version.
      libicu) packages+=("$(apt-cache pkgnames libicu | grep -E '^libicu[0-9]+$' | sort -V | tail -n 1)") ;;
      *) packages+=("$package") ;;
    esac
  done

  if [[ " ${packages[*]} " == *" postgresql "* ]]; then
    # PostgreSQL's package would create and start a cluster of its own.
    apt install --no-install-recommends postgresql-common
    cp -a "$clusters" "$kept/clusters"
    printf 'create_main_cluster = false\n' > "$clusters"
  fi
  apt install --no-install-recommends "${packages[@]}"

  for service in ${new_services[@]+"${new_services[@]}"}; do
    # What "systemctl disable" does, also where systemd is not running.
    rm -f /etc/systemd/system/*.wants/"$service".service /etc/systemd/system/*.wants/"$service".socket
    if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable > /dev/null 2>&1 || true; fi
  done
)
