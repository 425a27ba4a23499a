import type { CastEvent, CastHeader } from '@rig-ops/contract/recording';
import { LineParser, type PlayedEvent, type RecordingHead } from '@rig-ops/wire/recording';
import { blockLines } from './block-lines.ts';
import { ScreenText } from './screen-text.ts';

export type Format = 'asciicast-v3' | 'asciicast-v2' | 'text' | 'raw' | 'ndjson';

/** Size that is told of a session that had no terminal. */
const NO_TERMINAL = { columns: 80, rows: 24, term: undefined };

interface Writer {
  head(head: RecordingHead): string;
  event(event: PlayedEvent): string | Uint8Array;
  end(): string;
}

/** A recording in another format, block by block. */
export async function* convert(
  blocks: AsyncIterable<Uint8Array>,
  format: Format,
): AsyncGenerator<Uint8Array, void> {
  const parser = new LineParser();
  let writer: Writer | undefined;
  for await (const block of blocks) {
    const lines = await blockLines(block);
    const parts: Uint8Array[] = [];
    for (const line of lines) {
      const event = parser.parse(line);
      const { head } = parser;
      if (head === undefined) continue;
      // As it lies there: with the notes that keep what is no UTF-8.
      if (format === (head.terminal === null ? 'ndjson' : 'asciicast-v3')) {
        parts.push(Buffer.from(`${line}\n`));
        continue;
      }
      if (writer === undefined) {
        writer = writerOf(format);
        parts.push(Buffer.from(writer.head(head)));
      }
      if (event !== undefined) parts.push(toBytes(writer.event(event)));
    }
    if (parts.length > 0) yield Buffer.concat(parts);
  }
  const last = writer?.end() ?? '';
  if (last !== '') yield Buffer.from(last);
}

const toBytes = (piece: string | Uint8Array): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece) : piece;

function writerOf(format: Format): Writer {
  if (format === 'asciicast-v3') return castV3();
  if (format === 'asciicast-v2') return castV2();
  if (format === 'text') return plainText();
  return format === 'raw' ? rawBytes() : records();
}

/** Bytes of pipes as a terminal would have shown them: it begins a line at its left edge. */
const shown = (text: string, head: RecordingHead | undefined): string =>
  head?.terminal === null ? text.replaceAll(/\r?\n/g, '\r\n') : text;

const line = (event: CastEvent): string => `${JSON.stringify(event)}\n`;

function castV3(): Writer {
  let before = 0;
  let head: RecordingHead | undefined;
  const since = (at: number): number => {
    const interval = Math.max(0, Math.round((at - before) * 1e6) / 1e6);
    before = at;
    return interval;
  };
  return {
    head(told) {
      head = told;
      const { columns, rows, term } = told.terminal ?? NO_TERMINAL;
      const header: CastHeader = {
        version: 3,
        term: { cols: columns, rows, ...(term === undefined ? {} : { type: term }) },
        timestamp: told.timestamp,
        ...(told.command === undefined ? {} : { command: told.command }),
        ...(told.title === undefined ? {} : { title: told.title }),
      };
      return `${JSON.stringify(header)}\n`;
    },
    event(event) {
      if (event.type === 'exit') {
        return event.exitCode === null ? '' : line([since(event.at), 'x', `${event.exitCode}`]);
      }
      const [code, data] = codeOf(event, head);
      return line([since(event.at), code, data]);
    },
    end: () => '',
  };
}

/** The format of asciinema 2; it has no event for the exit. */
function castV2(): Writer {
  let head: RecordingHead | undefined;
  return {
    head(told) {
      head = told;
      const { columns, rows, term } = told.terminal ?? NO_TERMINAL;
      const { timestamp, command, title } = told;
      const env = term === undefined ? undefined : { TERM: term };
      return `${JSON.stringify({ version: 2, width: columns, height: rows, timestamp, command, title, env })}\n`;
    },
    event(event) {
      if (event.type === 'exit') return '';
      const [code, data] = codeOf(event, head);
      return `${JSON.stringify([event.at, code, data])}\n`;
    },
    end: () => '',
  };
}

function codeOf(
  event: Exclude<PlayedEvent, { type: 'exit' }>,
  head: RecordingHead | undefined,
): [code: string, data: string] {
  if (event.type === 'resize') return ['r', `${event.columns}x${event.rows}`];
  if (event.type === 'marker') return ['m', event.text];
  return event.stream === 'stdin' ? ['i', event.text] : ['o', shown(event.text, head)];
}

function plainText(): Writer {
  const screen = new ScreenText();
  return {
    head: () => '',
    event: (event) => (event.type === 'bytes' && event.stream !== 'stdin' ? screen.take(event.text) : ''),
    end: () => screen.end(),
  };
}

/** What the program printed, to the byte. */
function rawBytes(): Writer {
  return {
    head: () => '',
    event(event) {
      if (event.type !== 'bytes' || event.stream === 'stdin') return '';
      return event.exact ?? event.text;
    },
    end: () => '',
  };
}

/** The events of a terminal as records of JSON. */
function records(): Writer {
  return {
    head: ({ terminal, timestamp, command, about }) =>
      `${JSON.stringify({ recording: 'rig-terminal', version: 1, terminal, timestamp, command, about })}\n`,
    event: (event) => `${JSON.stringify(toRecord(event))}\n`,
    end: () => '',
  };
}

/** An event as a record that a program reads. */
function toRecord(event: PlayedEvent): object {
  const t = event.at;
  if (event.type === 'marker') return { t, marker: event.text };
  if (event.type === 'exit') return { t, exitCode: event.exitCode };
  if (event.type === 'resize') return { t, resize: { columns: event.columns, rows: event.rows } };
  const { stream, text, exact } = event;
  return exact === undefined
    ? { t, stream, data: text }
    : { t, stream, base64: Buffer.from(exact).toString('base64') };
}
