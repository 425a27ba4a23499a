#!/bin/sh
# The first process of rig's container: starts the supervisor, passes signals on to it, reaps what nobody else
# waits for (a shell's `wait` does), shows what the platform says of itself, and ends with the supervisor's code.
set -u
umask 077
node=/usr/local/bin/node
modules=/opt/rig/node_modules

config=$("$node" "$modules/@rig-ops/client/dist/container/main.js" "$modules") || exit $?
root=$(dirname "$config")
cd "$root" || exit 1
for name in supervisor rigd edge; do : >>"own-logs/$name.log"; done

# Of what it was told, nothing else is needed behind this: how to reach the cluster that it runs in.
env -i \
  HOME="$(dirname "$root")" PATH="$PATH" LANG=C.UTF-8 \
  KUBERNETES_SERVICE_HOST="${KUBERNETES_SERVICE_HOST:-}" KUBERNETES_SERVICE_PORT="${KUBERNETES_SERVICE_PORT:-}" \
  "$node" --max-semi-space-size=2 "$modules/@rig-ops/supervisor/dist/main.js" "$config" \
  >>own-logs/supervisor.log 2>&1 &
supervisor=$!
tail -q -n 0 -s 0.3 --pid="$supervisor" -F own-logs/supervisor.log own-logs/rigd.log own-logs/edge.log 2>/dev/null &
shown=$!

trap 'kill -TERM "$supervisor" 2>/dev/null' TERM INT
while :; do
  wait "$supervisor"
  code=$?
  # A signal ends the wait, not what was waited for.
  kill -0 "$supervisor" 2>/dev/null || break
done
trap '' TERM INT
wait "$shown"
exit "$code"
