const KEY = /[^\s="]+/y;
const BARE = /[^\s"]*/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;

/** A sentence may contain one `a=b`; a line with two, and nothing else, was written as logfmt. */
const MIN_PAIRS = 2;

/**
 * Reads a line of logfmt (`key=value key="a value"`): pairs with white space between them, where a key
 * alone stands for `key=true`. Null unless the line consists of these alone, and of two pairs at least.
 */
export function readLogfmt(text: string): Readonly<Record<string, string>> | null {
  // Most lines are not: they are out before anything is allocated.
  if (!text.includes('=')) return null;
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let pairs = 0;
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const key = take(KEY, text, at);
    if (key === null) return null;
    at += key.length;
    if (text[at] === '=') {
      at += 1;
      const value = text[at] === '"' ? take(QUOTED, text, at) : take(BARE, text, at);
      if (value === null) return null;
      at += value.length;
      fields[key] = value.startsWith('"') ? unquote(value) : value;
      pairs += 1;
    } else {
      fields[key] = 'true';
    }
    const next = skipSpace(text, at);
    if (next === at && at < text.length) return null;
    at = next;
    // Words in front of the first pair make it a sentence.
    if (pairs === 0) return null;
  }
  return pairs < MIN_PAIRS ? null : fields;
}

function take(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text[at] === ' ' || text[at] === '\t' || text[at] === '\r')) at += 1;
  return at;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}
