import type { LogCursor, LogGap, LogSource } from '@rig-ops/contract/log-record';

/** One line as it was appended. */
export interface StoredLine {
  type: 'line';
  cursor: LogCursor;
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  /** Without its newline, verbatim. */
  bytes: Uint8Array;
  /** The line goes on in the next record of the same source. */
  partial: boolean;
  /** It does not match itself, but lies near one that does. */
  context?: true;
}

/** Records that cannot be had: `from` and `to` are the first and the last of them. */
export interface StoredGap {
  type: 'gap';
  from: LogCursor;
  to: LogCursor;
  count: number;
  reason: LogGap['reason'];
}

/** Everything up to here was looked at. */
export interface StoredPosition {
  type: 'position';
  cursor: LogCursor;
}

export type StoredRecord = StoredLine | StoredGap;
