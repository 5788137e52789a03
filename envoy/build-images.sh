#!/bin/sh
# Makes the images of docker-compose.yml from what `make` built and installed in this checkout.
# Type `make images`. Environment:
#
#   BASE, PYTHON_BASE  other base images (see Dockerfile); base-image.sh makes one where none can
#                      be pulled
#   LEH_TAG            the images' tag [local]
#
# Linux only, for the machine's own architecture: leh and Envoy go into the images as they are.
set -eu
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
context=$target/images
python=.venv/bin/python
tag=${LEH_TAG:-local}
default() { sed -n "s/^ARG $1=//p" envoy/Dockerfile; }
base=${BASE:-$(default BASE)}
python_base=${PYTHON_BASE:-$(default PYTHON_BASE)}

leh=$target/release/leh
filter=$target/wasm32-wasip1/release/lifecycle_hooks.wasm
for file in "$python" "$leh" "$filter"; do
  [ -e "$file" ] || { echo "images: expected $file, found nothing there. Type: make" >&2; exit 1; }
done
docker info >/dev/null 2>&1 || {
  echo "images: no Docker engine answers. Start one, or name it in DOCKER_HOST." >&2; exit 1; }

# The wheels are for the Python of the base, which need not be the Python here.
version=$(docker run --rm "$python_base" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
requirements=integration-tests/requirements.txt
wheels=$context/wheels
if [ "$(cat "$wheels/.for" 2>/dev/null)" != "$version" ] || ! cmp -s $requirements "$wheels/requirements.txt"; then
  rm -rf "$wheels"
  mkdir -p "$wheels"
  "$python" -m pip download --quiet --disable-pip-version-check --only-binary=:all: \
    --python-version "$version" --dest "$wheels" --requirement $requirements
  cp $requirements "$wheels/requirements.txt"
  echo "$version" > "$wheels/.for"
fi

rm -rf "$context/platforms" "$context/clients"
mkdir -p "$context/platforms" "$context/clients"
cp "$leh" "$filter" envoy/http-get "$context/"
cp "$("$python" -c 'import envoy, pathlib; print(pathlib.Path(envoy.__file__).parent / "_bin/envoy")')" "$context/envoy"
cp integration-tests/platforms/*.py "$context/platforms/"
cp integration-tests/clients/*.py envoy/client.py "$context/clients/"

for image in envoy leh platform client; do
  docker build --quiet --file envoy/Dockerfile --target $image --tag "lifecycle-hooks-$image:$tag" \
    --build-arg BASE="$base" --build-arg PYTHON_BASE="$python_base" "$context" >/dev/null
  docker image inspect --format '{{index .RepoTags 0}}  {{.Size}}' "lifecycle-hooks-$image:$tag" |
    awk '{ printf "images: %s, %d MB\n", $1, $2 / 1000000 }'
done
