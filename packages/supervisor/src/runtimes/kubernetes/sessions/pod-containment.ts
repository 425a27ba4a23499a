import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { isClusterAway } from '@rig-ops/kubernetes';
import { SESSION_MARK } from '../../../containment/marked-processes.ts';
import type { HeldRecord, SessionContainment } from '../../../containment/session-containment.ts';
import { type PodContainer, runInPod } from './pod-container.ts';

export const markOf = (session: string): string => `${SESSION_MARK}=${session}`;

/** What was started must end also where the cluster is away for a while; what it is by then, nobody needs to know. */
const PATIENCE_MS = 10 * 60_000;
const AGAIN_MS = { least: 500, most: 15_000 };

export interface PodContainmentOptions {
  /** Finds its container; null where that is gone, and holds nothing. */
  place: () => Promise<PodContainer | null>;
  /** Removes what was made for the session alone; null where nothing was. */
  remove: (() => Promise<void>) | null;
  /** Whether the platform is being stopped. */
  givesUp: () => boolean;
}

/** What holds a session in a pod: its processes carry a mark, and what descends from them is found; a pod of its own goes with it. */
export function podContainment(
  record: HeldRecord,
  { place, remove, givesUp }: PodContainmentOptions,
): SessionContainment {
  const mark = markOf(record.id);
  const inside = async (args: string[]): Promise<string | null> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (let pause = AGAIN_MS.least; ; pause = Math.min(AGAIN_MS.most, pause * 2)) {
      try {
        const found = await place();
        return found === null ? null : await runInPod(found, args);
      } catch (error) {
        if (!isRigError(error)) throw error;
        if (!isClusterAway(error) || givesUp() || performance.now() > deadline) return null;
        await sleep(pause, undefined, { ref: false });
      }
    }
  };
  return {
    kind: remove === null ? 'processes' : 'pid-namespace',
    record,
    prepare: async (program) => program,
    begun: () => undefined,
    isEmpty: async () => Number((await inside(['members', mark])) ?? 0) === 0,
    signal: async (name) => void (await inside(['signal', mark, name])),
    kill: async () => {
      if (remove === null) await inside(['kill', mark]);
      else await remove().catch(ignoreRefusal);
    },
    close: () => void remove?.().catch(ignoreRefusal),
  };
}

/** What is gone needs nothing any more; what stays has the label of the platform, and goes at the next start. */
function ignoreRefusal(error: unknown): void {
  if (!isRigError(error)) throw error;
}
