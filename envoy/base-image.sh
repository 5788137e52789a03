#!/bin/sh
# base-image.sh NAME: makes the image NAME, a base for our images where none can be pulled. It is
# the smallest system of this machine's own distribution, by debootstrap from the mirror that apt
# uses here, with python3. Needs Debian or Ubuntu, root and debootstrap.
#
# The system is kept as an archive under ${XDG_CACHE_HOME:-~/.cache}/leh; delete it for a newer one.
set -eu
name=$1

fail() { echo "base image: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "only root can make a base. Pull images instead, or run this with sudo."
command -v debootstrap >/dev/null || fail "debootstrap is missing. Type: apt-get install debootstrap"
. /etc/os-release
suite=${VERSION_CODENAME:-}
components=main
[ "$ID" = ubuntu ] && components=main,universe
packages=python3,python3-venv

cache=${XDG_CACHE_HOME:-$HOME/.cache}/leh
archive=$cache/base-$ID-$suite-$(dpkg --print-architecture).tar.gz
if [ -e "$archive" ]; then
  # A second import would leave the first as an image without a name.
  docker image inspect "$name" >/dev/null 2>&1 && exit 0
else
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
  [ -n "$mirror" ] || fail "apt has no source for '$suite' main; see /etc/apt."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  debootstrap --variant=minbase --components=$components --include=$packages \
    "$suite" "$work/root" "$mirror" >"$work/log" 2>&1 || {
    tail -n 5 "$work/log" >&2; fail "debootstrap failed; its last lines are above."; }
  # Nothing of this: which mirror it came from, what apt keeps, what nobody reads in a container.
  root=$work/root
  rm -rf "$root"/etc/apt/sources.list* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* \
    "$root"/var/log/* "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/* \
    "$root"/etc/resolv.conf "$root"/etc/hostname
  mkdir -p "$cache"
  tar -C "$root" -c . | gzip -1 > "$work/archive"
  # Whole or not at all.
  cp "$work/archive" "$archive.$$"
  mv "$archive.$$" "$archive"
fi
docker import "$archive" "$name" >/dev/null
