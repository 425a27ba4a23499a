import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { AppDetails } from '@rig-ops/contract/resources';
import { isPassing } from './follow-deploy.ts';

const POLL_MS = 250;

/** What can be waited for. */
export const APP_CONDITIONS = {
  live: 'a release is live',
  healthy: 'every instance of the live release runs and is healthy',
  idle: 'no deploy is under way',
} as const;

export type AppCondition = keyof typeof APP_CONDITIONS;

/** The platform looks after the health of `web`; the others are well when they run. */
const isWell = ({ process, state, health }: AppDetails['instances'][number]) =>
  state === 'running' && (process === 'web' ? health === 'healthy' : health !== 'unhealthy');

/** Whether an app is in a condition. */
function meets(app: AppDetails, condition: AppCondition): boolean {
  if (condition === 'idle') return app.status !== 'deploying';
  if (condition === 'live') return app.release !== null;
  if (app.release === null) return false;
  const current = app.instances.filter(({ release }) => release === app.release);
  return app.processes.every(
    ({ name, instances }) =>
      current.filter((instance) => instance.process === name && isWell(instance)).length === instances,
  );
}

/**
 * Waits until an app is in a condition.
 * @throws RigError `app_not_found`, `timed_out`
 */
export async function awaitApp(
  client: RigClient,
  app: string,
  { condition, timeoutMs, signal }: { condition: AppCondition; timeoutMs: number; signal: AbortSignal },
): Promise<AppDetails> {
  const deadline = performance.now() + timeoutMs;
  let last: AppDetails | undefined;
  for (;;) {
    try {
      last = await client.call('getApp', { params: { app }, signal });
      if (meets(last, condition)) return last;
    } catch (error) {
      if (!isRigError(error) || !isPassing(error)) throw error;
    }
    if (performance.now() >= deadline)
      throw new RigError(
        'timed_out',
        `After ${timeoutMs / 1000} s it is not so that ${APP_CONDITIONS[condition]}${last === undefined ? '' : `; ${app} is ${last.status}`}.`,
        { hint: `Run \`rig apps info ${app}\`.`, details: { app, condition, status: last?.status ?? null } },
      );
    await delay(Math.min(POLL_MS, Math.max(1, deadline - performance.now())), undefined, { signal });
  }
}
