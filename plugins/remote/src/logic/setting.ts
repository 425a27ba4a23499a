import type { RigClient } from '@rig-ops/client';
import type { StandardStreams, Ui } from '@rig-ops/kit';

/** What a mode of `command` needs of the command it belongs to. */
export interface Setting {
  readonly rig: RigClient;
  readonly ui: Ui;
  readonly streams: StandardStreams;
  readonly signal: AbortSignal;
  setExitCode(code: number): void;
}

/** How several run at once. */
export interface Pace {
  concurrency: number;
  failFast: boolean;
}
