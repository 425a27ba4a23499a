import { join, resolve } from 'node:path';
import type { RigError } from '@rig-ops/contract/errors';
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
  /** What rigd gave up with, and is started again for; null while it answers, and when it has not said. */
  problem: RigError | null;
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
  const failed = supervisor !== null && platform === null;
  // Few look at a platform that does not answer.
  const problem = failed
    ? await (await import('./own-log-tail.ts')).readRigdProblem(join(layout.ownLogs, 'rigd.log'))
    : undefined;
  return { running: supervisor !== null, supervisor, platform, state, problem: problem ?? null };
}
