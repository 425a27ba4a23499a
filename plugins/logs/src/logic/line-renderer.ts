import { sanitise } from '@rig-ops/kit/text';
import type { WholeLine } from './join-partial-lines.ts';

export interface LineStyle {
  /** Whether the instance is named before each line. */
  prefix: boolean;
  /** Whether the time the platform read it is named before each line. */
  timestamps: boolean;
  /** Whether a terminal shows it: control sequences of an app are made harmless then. */
  terminal: boolean;
  colour: boolean;
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): changes how text looks and nothing else. */
const escape = '\u001B';
const graphicRendition = new RegExp(`${escape}\\[[0-9;:]*m`, 'g');
const reset = `${escape}[0m`;
/** Foregrounds that can be read on light and dark ground: cyan, yellow, green, magenta, blue and their bright ones. */
const palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/**
 * Shows lines. For a pipe or a file the bytes stay as the app wrote them; on a terminal its colours stay
 * and every other control character becomes visible, since it could forge what is seen.
 */
export class LineRenderer {
  readonly #style: LineStyle;
  /** Colours by name, given out in turn: neighbours differ. */
  readonly #colours = new Map<string, number>();
  #widest = 0;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  /** The line with its newline. */
  render(line: WholeLine): Uint8Array {
    const { prefix, timestamps, terminal } = this.#style;
    const head = (timestamps ? `${line.at} ` : '') + (prefix ? `${this.#name(line.instance)} | ` : '');
    const body = terminal ? Buffer.from(this.#showSafely(line)) : line.bytes;
    return Buffer.concat([Buffer.from(head), body, Buffer.from('\n')]);
  }

  #name(instance: string): string {
    if (!this.#style.terminal) return instance;
    const name = sanitise(instance);
    this.#widest = Math.max(this.#widest, name.length);
    const padded = name.padEnd(this.#widest);
    return this.#style.colour ? `${escape}[${this.#colourOf(name)}m${padded}${escape}[39m` : padded;
  }

  #colourOf(name: string): number {
    const known = this.#colours.get(name);
    if (known !== undefined) return known;
    const colour = palette[this.#colours.size % palette.length] ?? 39;
    this.#colours.set(name, colour);
    return colour;
  }

  #showSafely({ bytes, source }: WholeLine): string {
    const text = bytes.toString('utf8');
    // Progress bars end with a carriage return; at the end of a line it means nothing.
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const parts = line.split(graphicRendition).map((part) => sanitise(part));
    if (!this.#style.colour) return parts.join('');
    const marks = line.match(graphicRendition) ?? [];
    const shown = parts.map((part, index) => part + (marks[index] ?? '')).join('');
    if (source === 'platform') return `${escape}[2m${shown}${reset}`;
    return marks.length === 0 ? shown : shown + reset;
  }
}
