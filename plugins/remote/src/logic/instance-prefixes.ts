/** Foregrounds that can be read on light and dark ground: cyan, yellow, green, magenta, blue and their bright ones. */
const palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const escape = '\u001B';

/** What stands in front of each line of an instance: on a terminal as wide as the widest, and in its colour. */
export function instancePrefixes(
  names: readonly string[],
  { terminal, colour }: { terminal: boolean; colour: boolean },
): (name: string) => string {
  const width = terminal ? Math.max(0, ...names.map(({ length }) => length)) : 0;
  return (name) => {
    const padded = name.padEnd(width);
    const code = palette[names.indexOf(name) % palette.length] ?? 39;
    return colour ? `${escape}[${code}m${padded}${escape}[39m | ` : `${padded} | `;
  };
}
