import { sanitise } from '@rig-ops/contract/sanitise';

/** A colour of a terminal: one of its 16, or any. */
export type TextColour = number | string;

/** How a piece of a line looks. */
export interface TextStyle {
  readonly fore?: TextColour | undefined;
  readonly back?: TextColour | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

export interface StyledPiece {
  readonly text: string;
  /** Null for the usual one. */
  readonly style: TextStyle | null;
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): changes how text looks and nothing else. */
// oxlint-disable-next-line no-control-regex -- these sequences are what it is about
const rendition = /\u001B\[([0-9;:]*)m/g;

/**
 * The pieces of a line in the colours the app gave them. Every other control character becomes visible: it
 * could forge what is seen.
 */
export function readStyledText(text: string): StyledPiece[] {
  const pieces: StyledPiece[] = [];
  let style: TextStyle = {};
  let at = 0;
  const push = (part: string) => {
    if (part === '') return;
    pieces.push({ text: sanitise(part), style: Object.keys(style).length === 0 ? null : style });
  };
  for (const match of text.matchAll(rendition)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    style = styledBy(style, match[1] ?? '');
  }
  push(text.slice(at));
  return pieces;
}

/** What is left of a line for who searches it: its text as it is shown. */
export function plainText(text: string): string {
  return sanitise(text.includes('\u001B') ? text.replaceAll(rendition, '') : text);
}

/** Attributes that are on or off; two names are taken away by one code. */
const switches: Readonly<Record<number, readonly [keyof TextStyle, boolean][]>> = {
  1: [['bold', true]],
  2: [['dim', true]],
  3: [['italic', true]],
  4: [['underline', true]],
  7: [['inverse', true]],
  22: [
    ['bold', false],
    ['dim', false],
  ],
  23: [['italic', false]],
  24: [['underline', false]],
  27: [['inverse', false]],
};

function styledBy(before: TextStyle, parameters: string): TextStyle {
  let style: Record<string, unknown> = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) style = {};
    for (const [name, on] of switches[code] ?? []) {
      if (on) style[name] = true;
      else delete style[name];
    }
    const place = code < 40 || (code >= 90 && code < 100) ? 'fore' : 'back';
    const named = namedColour(code);
    if (named !== undefined) style[place] = named;
    if (code === 39 || code === 49) delete style[place];
    if (code === 38 || code === 48) {
      const { colour, used } = longColour(codes.slice(at + 1));
      if (colour !== undefined) style[place] = colour;
      at += used;
    }
  }
  return style;
}

function namedColour(code: number): number | undefined {
  if ((code >= 30 && code <= 37) || (code >= 40 && code <= 47)) return code % 10;
  return (code >= 90 && code <= 97) || (code >= 100 && code <= 107) ? (code % 10) + 8 : undefined;
}

const byte = (value: number | undefined): number => Math.min(255, Math.max(0, Math.trunc(value ?? 0) || 0));

/** Of `5;N` and `2;R;G;B`. */
function longColour(codes: readonly number[]): { colour: TextColour | undefined; used: number } {
  if (codes[0] === 5) return { colour: indexedColour(byte(codes[1])), used: 2 };
  if (codes[0] !== 2) return { colour: undefined, used: 1 };
  return { colour: `rgb(${byte(codes[1])} ${byte(codes[2])} ${byte(codes[3])})`, used: 4 };
}

/** The 256 colours of xterm: 16 that a theme has, a cube of 6×6×6, and 24 greys. */
function indexedColour(index: number): TextColour {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const steps = [0, 95, 135, 175, 215, 255];
  const [red, green, blue] = [36, 6, 1].map((size) => steps[Math.floor((index - 16) / size) % 6] ?? 0);
  return `rgb(${red} ${green} ${blue})`;
}
