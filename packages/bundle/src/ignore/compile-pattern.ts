/**
 * Compiles one pattern of a `.gitignore` to a test of a byte string ({@link toByteString}), with the
 * meaning of gitignore(5) as git itself has it, down to its quirks: `?` is one byte; `**` directly
 * behind the literal beginning of a pattern crosses folders. Null for a pattern that matches nothing.
 */
export function compilePattern(pattern: string): ((text: string) => boolean) | null {
  const special = pattern.search(/[*?[\\]/);
  if (special < 0) return (text) => text === pattern;
  const rest = pattern.slice(special);
  if (special === 0 && /^\*[^*?[\\/]+$/.test(rest)) {
    const suffix = rest.slice(1);
    return (text) => text.endsWith(suffix) && !text.includes('/');
  }
  const source = translate(rest);
  if (source === null) return null;
  const expression = new RegExp(`^${escapeLiteral(pattern.slice(0, special))}${source}$`, 's');
  return (text) => expression.test(text);
}

/** The bytes of a text as characters U+0000 to U+00FF, as git compares them. */
export function toByteString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- beyond ASCII is what it looks for
  return /^[\x00-\x7F]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function translate(pattern: string): string | null {
  let source = '';
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] as string;
    if (character === '*') {
      const stars = /^\*+/.exec(pattern.slice(at))?.[0].length ?? 1;
      const end = at + stars;
      const alone = at === 0 || pattern[at - 1] === '/';
      const crosses = stars > 1 && alone;
      if (crosses && pattern[end] === '/') {
        source += '(?:.*/)?';
        at = end + 1;
      } else {
        source += crosses && (end === pattern.length || pattern.startsWith('\\/', end)) ? '.*' : '[^/]*';
        at = end;
      }
    } else if (character === '?') {
      source += '[^/]';
      at += 1;
    } else if (character === '[') {
      const set = parseSet(pattern, at);
      if (set === null) return null;
      source += set.source;
      at = set.end;
    } else {
      if (character === '\\') at += 1;
      const literal = pattern[at];
      // A backslash at the end escapes nothing, and so the pattern matches nothing.
      if (literal === undefined) return null;
      source += escapeLiteral(literal);
      at += 1;
    }
  }
  return source;
}

const posixClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // oxlint-disable-next-line no-control-regex -- the class of control characters
  cntrl: /[\x00-\x1F\x7F]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};

/** Parses `[…]` that opens at `start`; null when it does not close or names an unknown class. */
function parseSet(pattern: string, start: number): { source: string; end: number } | null {
  const members = new Set<number>();
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at += 1;
  let previous: number | null = null;
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const character = pattern[at];
    if (character === undefined) return null;
    const next = pattern[at + 1];
    if (character === '-' && previous !== null && next !== undefined && next !== ']') {
      at += next === '\\' ? 2 : 1;
      const last = pattern.charCodeAt(at);
      if (Number.isNaN(last)) return null;
      for (let code: number = previous; code <= last; code += 1) members.add(code);
      previous = null;
    } else if (character === '[' && next === ':' && pattern.indexOf(']', at + 2) < 0) {
      return null;
    } else if (character === '[' && next === ':' && pattern[pattern.indexOf(']', at + 2) - 1] === ':') {
      const close = pattern.indexOf(']', at + 2);
      const known = posixClasses[pattern.slice(at + 2, close - 1)];
      if (known === undefined || close - at < 3) return null;
      for (let code = 0; code < 256; code += 1) if (known.test(String.fromCharCode(code))) members.add(code);
      at = close;
      previous = null;
    } else {
      if (character === '\\') at += 1;
      const code = pattern.charCodeAt(at);
      if (Number.isNaN(code)) return null;
      members.add(code);
      previous = code;
    }
    at += 1;
  }
  members.delete('/'.charCodeAt(0));
  const codes = [...members].map((code) => `\\x${code.toString(16).padStart(2, '0')}`).join('');
  // An empty set matches nothing, its opposite any character but the slash.
  const source = negated ? `[^/${codes}]` : codes === '' ? '(?!)' : `[${codes}]`;
  return { source, end: at + 1 };
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
