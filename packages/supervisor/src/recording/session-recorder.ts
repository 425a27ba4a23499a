import type { SessionEnd, TerminalSize } from '@rig-ops/contract/channels';
import type { RecordedStream } from '@rig-ops/contract/recording';
import type { RecordingReport } from '@rig-ops/contract/supervisor-sessions';

/** How a session ended, as its recording tells it. */
export interface RecordedEnd {
  end: SessionEnd;
  exitCode: number | null;
  signal: string | null;
}

/**
 * Keeps what happens in one session. Nothing here throws or rejects: what goes wrong is in the report, and a
 * session that must be recorded is told by `onBroken` to end.
 */
export interface SessionRecorder {
  readonly report: RecordingReport;
  /**
   * Bytes of the program, copied. A promise means that more is waiting to be written than may be: read no
   * more of the program until it settles.
   */
  output(stream: Exclude<RecordedStream, 'stdin'>, bytes: Uint8Array): Promise<void> | undefined;
  /** Bytes that a client has sent to the program. They are counted, and kept only where that was asked for. */
  input(bytes: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** Something a viewer wants to see at its time, as `ann detached`. */
  marker(text: string): void;
  /** The session did not begin: nothing is left of it. */
  discard(): Promise<void>;
  /** Closes the file; answers the report with its hash. */
  end(end: RecordedEnd): Promise<RecordingReport>;
}
