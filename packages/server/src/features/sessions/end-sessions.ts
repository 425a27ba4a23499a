import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';

/** What a program gets between SIGHUP and SIGKILL when the place of its session goes. */
const GRACE_MS = 2_000;

/** Ends the sessions of which the place is going. */
export async function endSessions(
  engine: Pick<Engine, 'killSession'>,
  mirror: Pick<EngineMirror, 'sessions'>,
  isIn: (spec: SessionReport['spec']) => boolean,
): Promise<void> {
  for (const { spec, state } of mirror.sessions()) {
    if (state === 'running' && isIn(spec)) {
      await engine.killSession(spec.id, { why: 'target-gone', graceMs: GRACE_MS });
    }
  }
}
