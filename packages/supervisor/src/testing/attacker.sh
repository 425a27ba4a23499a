# Run as a program of an app; says of each attempt whether it was held. Ends with "done".
# Finds the platform in PLATFORM, the pid of its supervisor in SUPERVISOR, of another app's program in VICTIM,
# a file of that app in VICTIM_FILE, a file of the machine's /tmp in TMP_FILE. Where nothing is held, as root, it must
# still do no harm: it looks whether it could, and changes nothing but what the test has made.
attempt() {
  name=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "$name: NOT HELD"; else echo "$name: held"; fi
}
attempt 'the environment of another app' cat "/proc/$VICTIM/environ"
attempt 'a process of another app' test -e "/proc/$VICTIM"
attempt 'a process of the platform' test -e "/proc/$SUPERVISOR"
attempt 'a signal to another app' kill -0 "$VICTIM"
attempt 'a signal to the platform' kill -0 "$SUPERVISOR"
attempt 'a file of another app' cat "$VICTIM_FILE"
attempt 'a file into another app' sh -c 'echo x > "$1.new"' sh "$VICTIM_FILE"
attempt 'the tokens of the platform' cat "$PLATFORM/supervisor.json"
attempt 'the database of the platform' test -e "$PLATFORM/rigd.sqlite"
attempt 'the socket of the supervisor' test -e "$PLATFORM/run/supervisor.sock"
attempt 'what others have printed' ls "$PLATFORM/spool"
attempt 'the list of artifacts' sh -c 'test "$(ls "$1/artifacts")" != "$(basename "$PWD")"' sh "$PLATFORM"
attempt 'the platform through the first process' cat "/proc/1/root$PLATFORM/supervisor.json"
attempt 'the platform through its own process' cat "/proc/$SUPERVISOR/root$PLATFORM/supervisor.json"
attempt 'the machine by the end of a covered path' cat "/proc/self/root$PLATFORM/supervisor.json"
attempt 'the temporary files of the machine' test -e "$TMP_FILE"
attempt 'to look into the memory of another app' perl -e 'exit(syscall($^V && `uname -m` =~ /x86/ ? 101 : 117, 16, 0 + $ENV{VICTIM}, 0, 0) == 0 ? 0 : 1)'
attempt 'to uncover it in a namespace of its own' unshare --user --map-root-user --mount sh -c 'umount -l /tmp || umount -l "$(dirname "$(dirname "$PLATFORM")")"'
attempt 'the namespaces of the platform' nsenter --target "$SUPERVISOR" --mount true
attempt 'to make a device' mknod disk b 254 0
attempt 'to become root' setpriv --reuid 0 true
attempt 'to get new privileges' grep -q 'NoNewPrivs:.*0' /proc/self/status
attempt 'a capability' grep -qE 'Cap(Prm|Eff|Bnd|Amb):.*[1-9a-f]' /proc/self/status
attempt 'to change the names of users' test -w /etc/passwd
attempt 'to change the programs of the machine' test -w /usr/bin
ln -s "$PLATFORM" platform
attempt 'the platform by a link' cat platform/supervisor.json
attempt 'to put something in place of its temporary folder' test -w /
echo "as $(id -un), home $HOME"
echo mine > "$HOME/mine" && echo mine > mine && test -w /tmp && test -w /dev/shm && echo 'writes its own'
echo 'by name' >> /dev/stdout
sh -c "exec 2>>/dev/stderr; echo 'by name too' >&2"
echo done
