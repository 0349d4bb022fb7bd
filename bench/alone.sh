#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a command unless one is running already: two measurements at once spoil each other's figures. Without flock, of
# util-linux, nothing is looked at.
#
# usage: bench/alone.sh LOCK COMMAND [ARGUMENT]...
set -eu

mkdir -p "$(dirname "$1")"
exec 9>"$1" # held by all that the command starts: until the last of it has ended
if command -v flock >/dev/null && ! flock --nonblock 9; then
  echo "another make bench is running here, and its figures would be spoilt: one at a time" >&2
  exit 1
fi
shift
exec "$@"
