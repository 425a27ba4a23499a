/**
 * What a kubelet or an API server writes into the body of a log when it cannot go on: the status was sent long before. It stands
 * right behind what the program has printed last, be that a whole line or not.
 */
const beginnings = [
  'unable to retrieve container logs for ',
  'rpc error: code = ',
  'failed to ',
  'container ',
  'context ',
] as const;

/** By which words are told from what a program has printed without ending its line; whole ones alone count. */
const whole: readonly RegExp[] = [
  /^unable to retrieve container logs for \S+$/,
  /^rpc error: code = [A-Za-z]+ desc = [^\n]*$/,
  /^failed to (?:try resolving symlinks in path|open log file|seek|tail|reset seek in log file|create fsnotify watcher|watch (?:file|directory)|read log file|get parse function)\b[^\n]*$/,
  /^container (?:status for )?\S+ (?:in pod \S+ )?(?:is not available|not found|is (?:terminated|waiting)[^\n]*)$/,
  /^context (?:canceled|cancelled|deadline exceeded)$/,
];

/** More than so much is none of theirs. */
export const MOST_WORDS_BYTES = 4 * 1024;

/** Where in the last bytes of a line that has not ended words may begin; `end` where they do not. */
export function findWords(bytes: Buffer, from: number, end: number): number {
  const start = Math.max(from, end - MOST_WORDS_BYTES);
  const text = bytes.toString('latin1', start, end);
  let found = text.length;
  for (const beginning of beginnings) {
    const at = text.indexOf(beginning);
    if (at >= 0) found = Math.min(found, at);
    for (let length = Math.min(beginning.length - 1, text.length); length > 0; length -= 1) {
      if (!text.endsWith(beginning.slice(0, length))) continue;
      found = Math.min(found, text.length - length);
      break;
    }
  }
  return start + found;
}

/** The words at the end of what was held back as such, and where they begin; null where it is the program's. */
export function takeWords(held: Buffer): { at: number; words: string } | null {
  const text = held.toString('latin1');
  for (const beginning of beginnings) {
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
      const words = text.slice(at).trimEnd();
      if (whole.some((each) => each.test(words))) return { at, words };
    }
  }
  return null;
}

/**
 * What words tell of the container: it was not there any more (`missing`), or is not there any more behind all that was read of its
 * log (`read`); null where they are about something else.
 */
export function goneBy(words: string): 'missing' | 'read' | null {
  if (words.startsWith('rpc error: code = NotFound')) return 'read';
  return /^unable to retrieve container logs for |no such file or directory|not found$/.test(words)
    ? 'missing'
    : null;
}
