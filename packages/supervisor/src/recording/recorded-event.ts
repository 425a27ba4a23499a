import type { TerminalSize } from '@rig-ops/contract/channels';
import type { RecordedStream, StreamTotals } from '@rig-ops/contract/recording';
import type { ByteText } from './byte-text.ts';
import type { RecordedEnd } from './session-recorder.ts';

/** `at` is microseconds since the session began. */
export type RecordedEvent =
  | { at: number; kind: 'bytes'; stream: RecordedStream; parts: Uint8Array[]; length: number }
  | { at: number; kind: 'resize'; size: TerminalSize }
  | { at: number; kind: 'marker'; text: string }
  | { at: number; kind: 'end'; end: RecordedEnd };

/** Turns events into lines of one format. It has no state of its own: a block that is not written never was. */
export interface RecordingEncoder<State> {
  /** The lines at the top. */
  readonly head: ByteText;
  readonly begin: State;
  /** Whether it tells the hashes of streams. */
  readonly hashes: boolean;
  encode(
    events: readonly RecordedEvent[],
    before: State,
    totals: () => Totals,
  ): { text: ByteText; state: State };
}

export type Totals = Record<RecordedStream, StreamTotals> & { truncated: boolean };

/** Bytes of streams that may be the beginning of a character. */
export type Carried = Partial<Record<RecordedStream, Uint8Array>>;
