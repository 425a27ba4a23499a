import { textWidth } from '@rig-ops/kit/text';

/** Breaks text between words into lines of a width. A word that is longer than a line keeps whole. */
export function wrapText(
  text: string,
  { width, first, rest }: { width: number; first: string; rest: string },
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
