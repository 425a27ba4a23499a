/** How a part of a line is meant; plain where there is no colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong';
export type Painter = (tone: Tone, text: string) => string;

/** Select Graphic Rendition (ECMA-48, 8.3.117): on and off. */
const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  dim: [2, 22],
  strong: [1, 22],
};

export const plainPainter: Painter = (_, text) => text;

export const colourPainter: Painter = (tone, text) => {
  const [on, off] = codes[tone];
  return `\u001B[${on}m${text}\u001B[${off}m`;
};
