import type { Terminal } from '@rig-ops/contract/channels';
import {
  CAST_NOTE_PREFIX,
  type CastEvent,
  type CastHeader,
  type CastNote,
  type RecordingAbout,
} from '@rig-ops/contract/recording';
import { base64Of, type ByteText, ofBroken, ofBytes, ofText } from './byte-text.ts';
import type { Carried, RecordedEvent, RecordingEncoder } from './recorded-event.ts';
import { splitText } from './split-text.ts';

interface CastState {
  /** Time of the event before: those of asciicast v3 are relative to it. */
  readonly at: number;
  readonly carried: Carried;
}

const CODES = { stdin: 'i', stdout: 'o', stderr: 'o' } as const;

/** asciicast v3: https://docs.asciinema.org/manual/asciicast/v3/ */
export function castEncoder(about: RecordingAbout, terminal: Terminal): RecordingEncoder<CastState> {
  const header: CastHeader = {
    version: 3,
    term: { cols: terminal.columns, rows: terminal.rows, type: terminal.term },
    timestamp: Math.floor(Date.parse(about.startedAt) / 1000),
    command: about.argv.map(quoted).join(' '),
    title: [about.app ?? about.network, about.instance, about.session].filter(Boolean).join(' '),
    env: { TERM: terminal.term },
  };
  return {
    head: ofText(`${JSON.stringify(header)}\n${noteOf({ about })}`),
    begin: { at: 0, carried: {} },
    hashes: false,
    encode(events, before) {
      const writer = new CastWriter(before);
      for (const event of events) writer.add(event);
      return { text: writer.text, state: { at: writer.at, carried: writer.carried } };
    },
  };
}

class CastWriter {
  text: ByteText = '';
  at: number;
  carried: Carried;

  constructor({ at, carried }: CastState) {
    this.at = at;
    this.carried = { ...carried };
  }

  add(event: RecordedEvent): void {
    switch (event.kind) {
      case 'bytes':
        this.#bytes(event.at, event.stream, event.parts, false);
        return;
      case 'resize':
        this.#event(event.at, 'r', `${event.size.columns}x${event.size.rows}`);
        return;
      case 'marker':
        this.#event(event.at, 'm', ofText(event.text));
        return;
      case 'end':
        for (const stream of ['stdin', 'stdout'] as const) this.#bytes(event.at, stream, [], true);
        if (event.end.end !== 'exited') this.#event(event.at, 'm', `ended: ${event.end.end}`);
        if (event.end.exitCode !== null) this.#event(event.at, 'x', `${event.end.exitCode}`);
        return;
    }
  }

  #bytes(at: number, stream: 'stdin' | 'stdout' | 'stderr', parts: Uint8Array[], last: boolean): void {
    const split = splitText(this.carried[stream], parts);
    if (split.bytes.length > 0) this.#text(at, CODES[stream], split.bytes, split.valid);
    if (last && split.rest !== undefined) this.#text(at, CODES[stream], split.rest, false);
    if (split.rest === undefined || last) delete this.carried[stream];
    else this.carried[stream] = split.rest;
  }

  #text(at: number, code: string, bytes: Uint8Array, valid: boolean): void {
    // A document of JSON holds characters; what is none is told beside it, to the byte.
    if (!valid) this.text += noteOf({ bytes: base64Of(bytes) });
    this.#event(at, code, valid ? ofBytes(bytes) : ofBroken(bytes));
  }

  #event(at: number, code: string, data: ByteText): void {
    const event: CastEvent = [(at - this.at) / 1_000_000, code, data];
    this.text += `${JSON.stringify(event)}\n`;
    this.at = at;
  }
}

const noteOf = (note: CastNote): string => `${CAST_NOTE_PREFIX}${JSON.stringify(note)}\n`;

/** As a shell would read it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
