import { readFields } from '@rig-ops/contract/log-fields';
import { sanitise } from '@rig-ops/kit/text';
import { accessLine, readAccessRecord } from './access-line.ts';
import type { WholeLine } from '@rig-ops/wire/log-feed';
import { colourPainter, type Painter, plainPainter } from './painter.ts';
import { structuredLine } from './structured-line.ts';
import { formatTime, type TimeForm } from './time-forms.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const textOf = ({ bytes }: Pick<WholeLine, 'bytes'>): string => decoder.decode(bytes);

export interface LineStyle {
  /** Whether what wrote it is named before each line. */
  prefix: boolean;
  /** Whether that includes the app. */
  namesApp: boolean;
  /** How the time the platform read it is named before each line; undefined for not at all. */
  time: TimeForm | undefined;
  utc: boolean;
  /** Whether every line is its bytes, whatever they mean. */
  raw: boolean;
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
 * Shows lines. For a pipe or a file the bytes stay as the app wrote them; on a terminal its colours stay,
 * structured lines are laid out for reading, and every other control character becomes visible, since it
 * could forge what is seen. Requests at the edge are one line for people in both.
 */
export class LineRenderer {
  readonly #style: LineStyle;
  readonly #paint: Painter;
  /** Colours by name, given out in turn: neighbours differ. */
  readonly #colours = new Map<string, number>();
  #widest = 0;

  constructor(style: LineStyle) {
    this.#style = style;
    this.#paint = style.colour ? colourPainter : plainPainter;
  }

  /** The line with its newline. */
  render(line: WholeLine): Uint8Array {
    const { prefix, time, utc } = this.#style;
    const head =
      (time === undefined ? '' : `${formatTime(line.at, time, utc)} `) +
      // As grep tells what only surrounds a hit.
      (prefix ? `${this.#name(line)} ${line.context === true ? '-' : '|'} ` : '');
    return Buffer.concat([Buffer.from(head), this.#body(line), Buffer.from('\n')]);
  }

  #body(line: WholeLine): Uint8Array {
    const { raw, terminal } = this.#style;
    if (raw) return line.bytes;
    if (line.source === 'edge') {
      const access = readAccessRecord(textOf(line));
      if (access !== undefined) return Buffer.from(this.#safe(accessLine(access, this.#paint)));
    }
    if (!terminal) return line.bytes;
    const fields = line.source === 'app' ? readFields(textOf(line)) : null;
    return Buffer.from(fields === null ? this.#showSafely(line) : structuredLine(fields, this.#paint));
  }

  #name({ app, instance }: WholeLine): string {
    const { namesApp, terminal, colour } = this.#style;
    // What happens to the platform itself concerns no app.
    const full = namesApp ? `${app === '' ? 'platform' : app}/${instance}` : instance;
    if (!terminal) return full;
    const name = sanitise(full);
    this.#widest = Math.max(this.#widest, name.length);
    const padded = name.padEnd(this.#widest);
    return colour ? `${escape}[${this.#colourOf(name)}m${padded}${escape}[39m` : padded;
  }

  #colourOf(name: string): number {
    const known = this.#colours.get(name);
    if (known !== undefined) return known;
    const colour = palette[this.#colours.size % palette.length] ?? 39;
    this.#colours.set(name, colour);
    return colour;
  }

  #showSafely({ bytes, source }: WholeLine): string {
    const text = textOf({ bytes });
    // Progress bars end with a carriage return; at the end of a line it means nothing.
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const shown = this.#safe(line);
    if (!this.#style.colour) return shown;
    if (source === 'platform') return `${escape}[2m${shown}${reset}`;
    return line.search(graphicRendition) === -1 ? shown : shown + reset;
  }

  /** Colours stay, where there are any; all other control characters become visible. */
  #safe(text: string): string {
    const parts = text.split(graphicRendition).map((part) => sanitise(part));
    if (!this.#style.colour) return parts.join('');
    const marks = text.match(graphicRendition) ?? [];
    return parts.map((part, index) => part + (marks[index] ?? '')).join('');
  }
}
