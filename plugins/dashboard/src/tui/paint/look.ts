import { sanitise, textWidth, truncate } from '@rig-ops/kit/text';
import { blockLevels, type Levels, plainLevels } from '../../logic/dashboard/sparkline.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'accent' | 'chosen' | 'plain';

/** Select Graphic Rendition (ECMA-48, 8.3.117): the sixteen colours of the user's own theme, dark or light. */
const codes: Record<Exclude<Tone, 'plain'>, { on: string; off: string; isColour: boolean }> = {
  good: { on: '32', off: '39', isColour: true },
  bad: { on: '31', off: '39', isColour: true },
  warn: { on: '33', off: '39', isColour: true },
  accent: { on: '36', off: '39', isColour: true },
  dim: { on: '2', off: '22', isColour: false },
  strong: { on: '1', off: '22', isColour: false },
  chosen: { on: '7', off: '27', isColour: false },
};

/** What a terminal can show. */
export interface Look {
  readonly colour: boolean;
  readonly levels: Levels;
  /** A sign, or what stands for it in ASCII. */
  readonly sign: (sign: string) => string;
  /** A whole line, as the terminal can show it. */
  readonly finish: (line: string) => string;
  readonly paint: (tone: Tone, text: string) => string;
}

/** What stands for signs in ASCII. */
const plainSigns: Record<string, string> = {
  '●': '*',
  '▲': '!',
  '›': '>',
  '⏎': 'Enter',
  '⇥': 'Tab',
  '↑↓': 'Up/Dn',
  '│': '|',
  '▼': 'v',
  '·': '-',
  '⟳': '~',
  '‖': '=',
};
/** Those within texts, each as wide as what stands for it. */
const plainCharacters: Record<string, string> = { '–': '-', '…': '~', '←': '<', '→': '>' };

export function makeLook(env: Readonly<Record<string, string | undefined>>): Look {
  const colour = (env.NO_COLOR ?? '') === '';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const unicode = /utf-?8/i.test(locale) && env.TERM !== 'linux';
  return {
    colour,
    levels: unicode ? blockLevels : plainLevels,
    sign: (sign) => (unicode ? sign : (plainSigns[sign] ?? sign)),
    finish: (text) =>
      unicode ? text : text.replaceAll(/[–…←→]/g, (character) => plainCharacters[character] ?? character),
    paint: (tone, text) => {
      if (tone === 'plain' || text === '') return text;
      const { on, off, isColour } = codes[tone];
      return isColour && !colour ? text : `\u001B[${on}m${text}\u001B[${off}m`;
    },
  };
}

/** Text of unknown origin, harmless and exactly so wide; without a width as wide as it is. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const safe = safeText(text);
  const cut = truncate(safe, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + space : space + cut;
}

export function safeText(text: string): string {
  return sanitise(text).replaceAll('\t', ' ');
}

/** A piece of a line: what it says, and how it looks. */
export type Piece = readonly [Tone, string];

/** Pieces beside each other, cut to a width; the rest is filled with spaces. */
export function line(pieces: readonly Piece[], width: number, look: Look): string {
  let left = width;
  let text = '';
  for (const [tone, piece] of pieces) {
    if (left <= 0) break;
    const cut = truncate(safeText(piece), left);
    text += look.paint(tone, cut);
    left -= textWidth(cut);
  }
  return text + ' '.repeat(Math.max(0, left));
}

/** One part at the left end, one at the right; the right one goes where there is no room for both. */
export function split(left: readonly Piece[], right: readonly Piece[], width: number, look: Look): string {
  const widthOf = (pieces: readonly Piece[]) =>
    pieces.reduce((sum, [, text]) => sum + textWidth(safeText(text)), 0);
  const needed = widthOf(right);
  if (needed === 0 || widthOf(left) + needed + 2 > width) return line(left, width, look);
  return line(left, width - needed, look) + line(right, needed, look);
}
