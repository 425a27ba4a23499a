import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { DeployEvent } from '@rig-ops/contract/resources';

/** How long the platform may stay away before following is given up, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Pause between two attempts, in milliseconds, before jitter. */
const PAUSE_MS = 250;
/** A connection that held for so long, in milliseconds, was one; its loss is a new one. */
const HELD_MS = 5_000;

export interface FollowOptions {
  signal: AbortSignal;
  /** Called once per loss of the connection. */
  onLost: () => void;
  /** Instead of a minute; for tests. */
  patienceMs?: number;
}

/** Whether trying again may help: the platform went away or is not back yet. */
export function isPassing(error: unknown): boolean {
  return isRigError(error) && (error.code === 'connection_lost' || error.code === 'unreachable');
}

/**
 * Every event of a deploy from its first, also over losses of the connection and restarts of the
 * platform; ends behind its `done` event.
 * @throws RigError `connection_lost` when the platform stays away for a minute
 */
export async function* followDeploy(
  client: RigClient,
  deploy: string,
  { signal, onLost, patienceMs = PATIENCE_MS }: FollowOptions,
): AsyncGenerator<DeployEvent, void, undefined> {
  let seen = 0;
  let lostAt: number | null = null;
  for (;;) {
    const triedAt = performance.now();
    let cause: unknown;
    try {
      for await (const event of client.records<DeployEvent>(
        'deploy-events',
        { deploy, after: seen },
        { signal },
      )) {
        seen += 1;
        lostAt = null;
        yield event;
        if (event.type === 'done') return;
      }
      // A stream that ends without `done` was cut as well, only politely.
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      cause = error;
      if (isLoss(error) && performance.now() - triedAt > HELD_MS) lostAt = null;
    }
    if (lostAt === null) {
      lostAt = performance.now();
      onLost();
    } else if (performance.now() - lostAt > patienceMs) throw giveUp(deploy, cause);
    await delay(PAUSE_MS * (0.5 + Math.random()), undefined, { signal });
  }
}

function isLoss(error: unknown): boolean {
  return isRigError(error) && error.code === 'connection_lost';
}

function giveUp(deploy: string, cause: unknown): RigError {
  return new RigError(
    'connection_lost',
    `The platform does not come back. The deploy ${deploy} goes on there without this command.`,
    { hint: 'Run `rig status` once the platform answers again.', details: { deploy }, cause },
  );
}
