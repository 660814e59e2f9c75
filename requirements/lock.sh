#!/bin/sh
# Makes the locks anew: one for everything, one per system on top of it. No addresses, hashes for every file.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
members=$(.venv/bin/python -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml","rb"))["tool"]["motcua"]["members"]))')
names=""
for m in $members; do names="$names --no-emit-package motcua-$(basename "$m")"; done
overrides=$(mktemp)
trap 'rm -f "$overrides" "$overrides.in"' EXIT
for m in $members; do echo "motcua-$(basename "$m") @ file://$PWD/$m"; done > "$overrides"
compile() { # output, constraint or "", inputs...
  out=$1; con=$2; shift 2
  "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
    --no-build-isolation --overrides "$overrides" $names ${con:+-c "$con"} "$@" -o "$out"
}
inputs=""
for m in $members; do inputs="$inputs $m/pyproject.toml"; done
# shellcheck disable=SC2086
compile requirements/all.txt "" $inputs requirements/tools.in requirements/uv.in
compile requirements/uv.txt requirements/all.txt requirements/uv.in
# The hash of passwords, to be built from its source, and what builds it.
compile requirements/argon2.txt requirements/all.txt --no-deps requirements/argon2.in
compile requirements/argon2-build.txt requirements/all.txt requirements/argon2-build.in
for m in $members; do
  case $m in systems/*) compile "requirements/$(basename "$m").txt" requirements/all.txt "$m/pyproject.toml" ;; esac
done
