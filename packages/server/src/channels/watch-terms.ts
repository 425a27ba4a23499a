import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { SessionTerms } from '../features/access-policies/session-policy.ts';

/** Policies change, and hours end. */
const LOOK_EVERY_MS = 20_000;

export interface WatchTermsOptions {
  terms: Pick<SessionTerms, 'limits'>;
  /** Throws when it would not be let in any more. */
  recheck: () => Promise<void>;
  /** Since when nothing happens, as `performance.now()`; null while something does. */
  idleSince: () => number | null;
  onOver: (error: RigError) => void;
}

/** Holds what goes on to the terms it was begun on. @returns how to stop */
export function watchTerms({ terms, recheck, idleSince, onOver }: WatchTermsOptions): () => void {
  const { idleSeconds, maximumSeconds } = terms.limits;
  const beganAt = performance.now();
  const look = async () => {
    const now = performance.now();
    const idle = idleSince();
    if (maximumSeconds !== null && now - beganAt > maximumSeconds * 1000) {
      onOver(ended(`after ${maximumSeconds} seconds`));
    } else if (idleSeconds !== null && idle !== null && now - idle > idleSeconds * 1000) {
      onOver(ended(`when nothing happens for ${idleSeconds} seconds`));
    } else {
      await recheck();
    }
  };
  const shortest = Math.min(LOOK_EVERY_MS, ...[idleSeconds, maximumSeconds].map((s) => (s ?? 1e6) * 500));
  const timer = setInterval(
    () => {
      look().catch((error: unknown) => {
        if (isRigError(error)) onOver(error);
      });
    },
    Math.max(250, shortest),
  );
  timer.unref();
  return () => clearInterval(timer);
}

const ended = (when: string): RigError =>
  new RigError('timed_out', `A policy ends it ${when}.`, { hint: 'See `rig access policy show`.' });
