import { compilePattern, toByteString } from './compile-pattern.ts';

/** One line of an ignore file, ready to be asked. */
export interface IgnoreRule {
  /** Whose file it stands in: `rig` has the last word. */
  readonly by: 'git' | 'rig';
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  /** Whether it is asked about the last name alone instead of the path below its file. */
  readonly ofName: boolean;
  /** The only name it matches, or null. */
  readonly name: string | null;
  /** Whether its last part says something about the name: `!.env` does, `!*` and `!a/**` do not. */
  readonly names: boolean;
  /** Takes a byte string. */
  readonly matches: (text: string) => boolean;
  /** For people: `.gitignore:3: *.log`. */
  readonly text: string;
}

/** Reads the rules of an ignore file in gitignore(5) syntax; `shown` stands in their texts. */
export function parseIgnoreFile(content: string, shown: string, by: 'git' | 'rig'): IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  const lines = content.replace(/^\uFEFF/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    const rule = parseLine(line.replace(/\r$/, ''), `${shown}:${index + 1}`, by);
    if (rule !== null) rules.push(rule);
  }
  return rules;
}

function parseLine(line: string, place: string, by: 'git' | 'rig'): IgnoreRule | null {
  if (line.startsWith('#')) return null;
  const text = trimEnd(line);
  const negated = text.startsWith('!');
  let pattern = toByteString(negated ? text.slice(1) : text);
  const directoriesOnly = pattern.endsWith('/');
  if (directoriesOnly) pattern = pattern.slice(0, -1);
  const ofName = !pattern.includes('/');
  const matches = compilePattern(pattern.startsWith('/') ? pattern.slice(1) : pattern);
  if (pattern === '' || matches === null) return null;
  const name = ofName && !/[*?[\\]/.test(pattern) ? pattern : null;
  const names = /[^*?/]/.test(pattern.slice(pattern.lastIndexOf('/') + 1));
  return { by, negated, directoriesOnly, ofName, name, names, matches, text: `${place}: ${text}` };
}

/** Without trailing spaces, but for those behind a backslash. */
function trimEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end -= 1;
  const backslashes = /\\*$/.exec(line.slice(0, end))?.[0].length ?? 0;
  return end < line.length && backslashes % 2 === 1 ? line.slice(0, end + 1) : line.slice(0, end);
}
