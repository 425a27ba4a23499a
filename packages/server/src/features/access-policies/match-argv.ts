/** Any further arguments, where it is the last pattern. */
const ANY_FURTHER = '**';

/**
 * Whether a text fits a pattern: `*` is any text, `?` any one character, the rest itself. Takes time in
 * proportion to the product of both at most, whatever they are.
 */
export function matchGlob(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern);
  const given = Array.from(text);
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < given.length) {
    if (at < wanted.length && wanted[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      // The last star takes one character more.
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}

/** Whether a command fits the patterns of its arguments, one for each. */
export function matchArgv(patterns: readonly string[], argv: readonly string[]): boolean {
  const open = patterns.at(-1) === ANY_FURTHER;
  const fixed = open ? patterns.slice(0, -1) : patterns;
  if (open ? argv.length < fixed.length : argv.length !== fixed.length) return false;
  return fixed.every((pattern, index) => matchGlob(pattern, argv[index] ?? ''));
}

/** Whether a command is one that is denied: `rm` is denied as `/bin/rm` as well. */
export function isDenied(patterns: readonly string[], argv: readonly string[]): boolean {
  const [program = '', ...rest] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  return matchArgv(patterns, argv) || matchArgv(patterns, [name, ...rest]);
}
