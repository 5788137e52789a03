#!/bin/sh
# What the tests need beside `make setup`: installed by root from Debian's packages, named to
# everybody else in one line to type. Nothing is skipped because of it.
#
#   tools/test-setup.sh NEED...        with NEED of: node docker wrk nginx
set -eu

packages=""
missing() { # package...
  packages="$packages $*"
}
for need do
  case "$need" in
    node) command -v npm >/dev/null 2>&1 || missing nodejs npm ;;
    docker)
      command -v dockerd >/dev/null 2>&1 || docker info >/dev/null 2>&1 || missing docker.io
      docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1 || missing docker-compose
      command -v debootstrap >/dev/null 2>&1 || missing debootstrap ;;
    wrk) command -v wrk >/dev/null 2>&1 || missing wrk ;;
    # With its JavaScript, njs. Debian has it where not every user's PATH leads.
    nginx) [ -e /usr/lib/nginx/modules/ngx_http_js_module.so ] || missing nginx libnginx-mod-http-js ;;
    *) echo "test-setup: unknown need '$need'; expected node, docker, wrk or nginx" >&2; exit 2 ;;
  esac
done
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "test-setup: missing:$packages (Debian's names). Install them and try again." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "test-setup: missing packages. Type: sudo apt-get install -y$packages" >&2
  exit 1
fi
echo "test-setup: installing$packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
# shellcheck disable=SC2086  # a list of words
apt-get install -q -y --no-install-recommends $packages >/dev/null
