/** Copies trees: each pair of arguments is a source and what it is to become. A source that is not there is left out. */
const SCRIPT = `
while [ $# -gt 1 ]; do
  if [ -e "$1" ]; then
    rm -rf "$2" 2>/dev/null || { chmod -R u+rwx "$2" && rm -rf "$2"; } || exit 1
    mkdir -p "$(dirname "$2")" && cp -RPp "$1" "$2" || exit 1
  fi
  shift 2
done`;

/**
 * A command that copies trees. A copy and no links: what has links to a cache can write to it. Where the file
 * system shares blocks between copies, `cp` has it do so.
 */
export const copyCommand = (pairs: readonly (readonly [from: string, to: string])[]): string[] => [
  '/bin/sh',
  '-c',
  SCRIPT,
  'copy',
  ...pairs.flat(),
];
