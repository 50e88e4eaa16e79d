#!/bin/sh
# What the image starts: a line of the Procfile by its name, or any other command.
set -eu
cd -- "$(dirname -- "$0")/.."

case "${1:-}" in
web | worker | beat) exec sh -c "$(sed -n "s/^$1: //p" Procfile)" ;;
*) exec "$@" ;;
esac
