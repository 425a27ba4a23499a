import { resolve } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import type { PlatformRecord, SupervisorRecord, SupervisorState } from '@rig-ops/contract/supervisor';
import { askSupervisorState } from './ask-local.ts';
import { readRunningParts } from './platform-records.ts';

export interface EmbeddedStatus {
  /** Whether the supervisor lives. */
  running: boolean;
  /** Null when it does not live. */
  supervisor: SupervisorRecord | null;
  /** Null when rigd does not live. With `running` false: rigd was left behind by a supervisor that was killed. */
  platform: PlatformRecord | null;
  /** What the supervisor answers; null when it does not. */
  state: SupervisorState | null;
}

const SILENCE_MS = 2_000;

/** How the embedded platform stands; starts nothing and changes nothing. */
export async function embeddedStatus(rigHome: string, signal?: AbortSignal): Promise<EmbeddedStatus> {
  const layout = platformLayout(resolve(rigHome));
  const { supervisor, platform } = await readRunningParts(layout);
  const state =
    supervisor === null
      ? null
      : await askSupervisorState(layout, supervisor, { silenceMs: SILENCE_MS, signal });
  return { running: supervisor !== null, supervisor, platform, state };
}
