/**
 * Files of recordings: `docs/recordings.md` describes them. A file is a row of blocks; a block is one frame of
 * Zstandard (RFC 8878) behind a skippable frame of 12 bytes that says how long it is. So `zstd -dc` reads
 * one, a reader finds the blocks without decompressing them, and what was cut off in the middle of a block is
 * whole up to that block. The text of all blocks is a document of lines: asciicast v3 for a session with a
 * terminal, records of JSON for one without.
 */
export const RECORDING_ENDINGS = { terminal: '.cast.zst', streams: '.ndjson.zst' } as const;

/** Magic number of the skippable frame, little-endian (RFC 8878, 3.1.2; the one that pzstd uses as well). */
export const BLOCK_MAGIC = 0x18_4d_2a_50;
/** Magic number, how much of the skippable frame follows (4), and the length of the frame behind it. */
export const BLOCK_HEAD_BYTES = 12;

/** A block holds at most so much text. */
export const MAX_BLOCK_TEXT_BYTES = 8 * 1024 * 1024;

/** Begins a comment of asciicast v3 that is for rig: JSON follows, a {@link CastNote}. */
export const CAST_NOTE_PREFIX = '# rig ';

/** What a recording is of. */
export interface RecordingAbout {
  session: string;
  kind: 'shell' | 'command';
  user: string;
  app: string | null;
  network: string;
  instance: string | null;
  release: number | null;
  /** Without what looks like a secret. */
  argv: string[];
  /** RFC 3339. */
  startedAt: string;
}

/** `about` comes once, at the top; `bytes` before an event whose bytes are no UTF-8: base64 of what they were. */
export type CastNote = { about: RecordingAbout } | { bytes: string };

export interface CastHeader {
  version: 3;
  term: { cols: number; rows: number; type?: string };
  /** Seconds since 1970. */
  timestamp: number;
  command?: string;
  title?: string;
  env?: Record<string, string>;
}

/** Seconds since the event before, kind (`o`utput, `i`nput, `r`esize, `m`arker, e`x`it), and its text. */
export type CastEvent = [number, string, string];

export type RecordedStream = 'stdin' | 'stdout' | 'stderr';

/** First line of the recording of a session without a terminal. */
export interface StreamsHeader {
  recording: 'rig-streams';
  version: 1;
  about: RecordingAbout;
}

/** Every further line; `t` is seconds since the beginning. */
export type StreamsRecord =
  | { t: number; stream: RecordedStream; data: string }
  | { t: number; stream: RecordedStream; base64: string }
  | { t: number; marker: string }
  | StreamsClosing;

/** The last line; it is missing when the supervisor died. */
export interface StreamsClosing {
  t: number;
  end: string;
  exitCode: number | null;
  signal: string | null;
  /** Whether the recording stopped at its size limit. */
  truncated: boolean;
  streams: Record<RecordedStream, StreamTotals>;
}

export interface StreamTotals {
  /** All bytes there were. */
  bytes: number;
  /** Those of them that are recorded: the first ones. */
  recordedBytes: number;
  /** SHA-256 in hex of the recorded ones; null where none was to be recorded. */
  sha256: string | null;
}
