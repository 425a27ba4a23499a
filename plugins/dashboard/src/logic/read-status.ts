import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import type { Status } from '@rig-ops/contract/resources';

/** rigd answers in milliseconds, and is back within two seconds when it was killed. */
const EMBEDDED_PATIENCE_MS = 3_000;
/** There is a network between. */
const REMOTE_PATIENCE_MS = 15_000;

/**
 * The status of the platform, or why there is none.
 * @param rig null where no platform runs on this machine and none was chosen
 * @throws RigError `platform_not_running`, `unreachable`, and what the platform answers
 */
export async function readStatus(
  rig: Pick<RigClient, 'call' | 'target'> | null,
  signal: AbortSignal,
): Promise<Status> {
  if (rig === null)
    throw new RigError('platform_not_running', 'No platform runs on this machine.', {
      hint: 'Start it: `rig platform start`. Or choose another: `rig context list`, `rig login URL`.',
    });
  const isEmbedded = 'socketPath' in rig.target;
  const patienceMs = isEmbedded ? EMBEDDED_PATIENCE_MS : REMOTE_PATIENCE_MS;
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await rig.call('getStatus', { signal: AbortSignal.any([signal, patience]) });
  } catch (error) {
    if (!patience.aborted || signal.aborted) throw error;
    throw new RigError('unreachable', `The platform has not answered within ${patienceMs / 1000} s.`, {
      cause: error,
      ...(isEmbedded ? { hint: 'See which part is down: `rig platform status`, `rig platform logs`.' } : {}),
    });
  }
}
