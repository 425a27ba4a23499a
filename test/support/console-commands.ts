import { readFileSync } from 'node:fs';

/** What a page tells its reader to type: lines that start with `$ ` in `console` blocks, without comments. */
export function consoleCommands(page: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```console\n([\s\S]*?)```/g)];
  return blocks
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.startsWith('$ '))
    .map((line) =>
      line
        .slice(2)
        .replace(/ {2,}# .*$/, '')
        .trim(),
    );
}
