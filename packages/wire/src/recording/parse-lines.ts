import { RigError } from '@rig-ops/contract/errors';
import {
  CAST_NOTE_PREFIX,
  type CastEvent,
  type CastHeader,
  type CastNote,
  type RecordedStream,
  type RecordingAbout,
  type StreamsHeader,
  type StreamsRecord,
} from '@rig-ops/contract/recording';
import { bytesOfBase64 } from '../bytes.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface RecordingHead {
  /** Null for a session without one. */
  readonly terminal: { columns: number; rows: number; term: string | undefined } | null;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly command: string | undefined;
  readonly title: string | undefined;
  readonly about: RecordingAbout | undefined;
}

/** `at` is seconds since the beginning. */
export type PlayedEvent =
  | {
      readonly type: 'bytes';
      readonly at: number;
      readonly stream: RecordedStream;
      readonly text: string;
      /** What they were, where they are no UTF-8. */
      readonly exact: Uint8Array | undefined;
    }
  | { readonly type: 'resize'; readonly at: number; readonly columns: number; readonly rows: number }
  | { readonly type: 'marker'; readonly at: number; readonly text: string }
  | { readonly type: 'exit'; readonly at: number; readonly exitCode: number | null };

/** Reads the lines of a recording in their order. What it does not know it passes over: a newer rig wrote it. */
export class LineParser {
  head: RecordingHead | undefined;
  /** Time of the event before. */
  at = 0;
  #exact: Uint8Array | undefined;

  /** Goes on in the middle, at the beginning of a block. */
  static resume(head: RecordingHead | undefined, at: number): LineParser {
    const parser = new LineParser();
    parser.head = head;
    parser.at = at;
    return parser;
  }

  /** @throws RigError `recording_unreadable` */
  parse(line: string): PlayedEvent | undefined {
    try {
      if (this.head === undefined) {
        this.head = headOf(JSON.parse(line) as CastHeader | StreamsHeader);
        return undefined;
      }
      if (line.startsWith('#')) {
        this.#note(line);
        return undefined;
      }
      return this.head.terminal === null
        ? streamsEvent(JSON.parse(line) as StreamsRecord)
        : this.#castEvent(JSON.parse(line) as CastEvent);
    } catch (cause) {
      throw new RigError('recording_unreadable', 'A line of the recording cannot be read.', { cause });
    }
  }

  #note(line: string): void {
    if (!line.startsWith(CAST_NOTE_PREFIX) || this.head === undefined) return;
    const note = JSON.parse(line.slice(CAST_NOTE_PREFIX.length)) as CastNote;
    if ('about' in note) this.head = { ...this.head, about: note.about };
    if ('bytes' in note) this.#exact = bytesOfBase64(note.bytes);
  }

  #castEvent([interval, code, data]: CastEvent): PlayedEvent | undefined {
    this.at = Math.round((this.at + interval) * 1e6) / 1e6;
    const { at } = this;
    const exact = this.#exact;
    this.#exact = undefined;
    if (code === 'o') return { type: 'bytes', at, stream: 'stdout', text: data, exact };
    if (code === 'i') return { type: 'bytes', at, stream: 'stdin', text: data, exact };
    if (code === 'm') return { type: 'marker', at, text: data };
    if (code === 'x') return { type: 'exit', at, exitCode: Number(data) };
    const [, columns, rows] = /^(\d+)x(\d+)$/.exec(code === 'r' ? data : '') ?? [];
    return columns === undefined
      ? undefined
      : { type: 'resize', at, columns: Number(columns), rows: Number(rows) };
  }
}

function headOf(header: CastHeader | StreamsHeader): RecordingHead {
  if ('recording' in header && header.recording === 'rig-streams') {
    const { about } = header;
    return {
      terminal: null,
      timestamp: Math.floor(Date.parse(about.startedAt) / 1000),
      command: about.argv.join(' '),
      title: [about.app ?? about.network, about.instance, about.session].filter(Boolean).join(' '),
      about,
    };
  }
  const { version, term, timestamp, command, title } = header as CastHeader;
  if (version !== 3) throw new Error(`version ${String(version)}`);
  return {
    terminal: { columns: term.cols, rows: term.rows, term: term.type },
    timestamp,
    command,
    title,
    about: undefined,
  };
}

function streamsEvent(record: StreamsRecord): PlayedEvent | undefined {
  const at = record.t;
  if ('data' in record) {
    return { type: 'bytes', at, stream: record.stream, text: record.data, exact: undefined };
  }
  if ('base64' in record) {
    const exact = bytesOfBase64(record.base64);
    return { type: 'bytes', at, stream: record.stream, text: decoder.decode(exact), exact };
  }
  if ('marker' in record) return { type: 'marker', at, text: record.marker };
  return 'end' in record ? { type: 'exit', at, exitCode: record.exitCode } : undefined;
}
