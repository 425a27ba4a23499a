import type { SplitLine } from './split-line.ts';

/** A word as it must stand on a line of a POSIX shell to mean itself. */
export function quoteWord(word: string): string {
  return word.replaceAll(/[^\w@%+=:,./\p{L}\p{N}-]/gu, (character) =>
    // A newline behind a backslash would vanish.
    character === '\n' ? "$'\\n'" : `\\${character}`,
  );
}

/**
 * What bash has to be given for a word to be completed: bash replaces only what lies behind the last
 * break character (`=` and `:` among them) of an unquoted word, and within quotes it quotes by itself.
 */
export function toBashReply(word: string, { raw, quote }: SplitLine, breaks: string): string {
  if (quote !== '') return word;
  const quoted = quoteWord(word);
  let kept = 0;
  for (const character of '=:@') {
    if (breaks.includes(character)) kept = Math.max(kept, raw.lastIndexOf(character) + 1);
  }
  return kept === 0 ? quoted : quoted.slice(quoteWord(raw.slice(0, kept)).length);
}
