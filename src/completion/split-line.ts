/** A command line as a shell splits it, up to the cursor. */
export interface SplitLine {
  /** Without their quotes; the last one as far as it is typed. */
  words: string[];
  /** The last word as it stands on the line, quotes and all. */
  raw: string;
  /** The quote the cursor is within. */
  quote: '"' | "'" | '';
}

/** Splits by POSIX quoting (Shell Command Language, 2.2); what a shell would expand stays as it is. */
export function splitLine(line: string): SplitLine {
  const words: string[] = [];
  let word = '';
  let start = 0;
  let quote: SplitLine['quote'] = '';
  let inWord = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote === '' && /\s/.test(character)) {
      if (inWord) words.push(word);
      inWord = false;
      word = '';
      start = at + 1;
      continue;
    }
    inWord = true;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '\\' && quote !== "'") {
      const next = line[at + 1] ?? '';
      const escapes = quote === '' || '"\\$`'.includes(next);
      word += escapes ? next : character + next;
      at += 1;
    } else word += character;
  }
  words.push(word);
  return { words, raw: line.slice(start), quote };
}
