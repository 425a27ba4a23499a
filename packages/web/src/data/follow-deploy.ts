import type { DeployEvent } from '@rig-ops/contract/resources';
import { readRecords } from '@rig-ops/wire';
import { call } from '../api/call.ts';
import { openChannel } from '../api/open-channel.ts';
import { type DeployProgress, NO_PROGRESS, withEvent } from '../logic/deploy-progress.ts';

/** Stream of a channel that carries records; contract has the number beside its schema library. */
const RECORDS = 3;
const AGAIN_MS = 1000;

/**
 * Tells how a deploy goes, from its first event to its last. A connection that breaks is opened again where it
 * broke; where none can be had the deploy is asked for.
 */
export async function followDeploy(
  deploy: string,
  onProgress: (progress: DeployProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  let progress = NO_PROGRESS;
  while (!progress.done && !signal.aborted) {
    try {
      const channel = await openChannel('deploy-events', { deploy, after: progress.events }, { signal });
      await channel.accepted;
      for await (const record of readRecords(channel, RECORDS)) {
        if (signal.aborted) return;
        progress = withEvent(progress, record as DeployEvent);
        onProgress(progress);
      }
    } catch {
      if (signal.aborted) return;
    }
    if (progress.done) return;
    try {
      const now = await call('getDeploy', { params: { deploy }, signal });
      const done = now.status === 'succeeded' || now.status === 'failed';
      progress = { ...progress, deploy: now, done };
      onProgress(progress);
    } catch (error) {
      if (signal.aborted) return;
      if ((error as { status?: number }).status === 404) return;
    }
    if (!progress.done) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
