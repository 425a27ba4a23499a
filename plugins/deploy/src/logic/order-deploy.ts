import { setTimeout as sleep } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import { newId } from '@rig-ops/contract/ids';
import type { Deploy } from '@rig-ops/contract/resources';
import type { DeployGuard, RouteInput } from '@rig-ops/contract/routes';

type Route = 'createDeploy' | 'createRollback';

/** How long a platform that restarts is waited for, and between two tries. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;
const unheard = new Set(['connection_lost', 'unreachable', 'platform_not_running']);

/**
 * Asks for a deploy or a rollback. One that the same user has asked for already and that is still under way is
 * not asked for again: it is the answer then, and `attached`. It is asked for under an id of its own, so that
 * after an answer that was not heard asking again begins nothing twice.
 * @throws RigError `deploy_in_progress`, `app_locked`
 */
export async function orderDeploy<R extends Route>(
  client: RigClient,
  route: R,
  input: RouteInput<R>,
  signal: AbortSignal,
): Promise<{ deploy: Deploy; attached: boolean }> {
  try {
    // Not cut by a signal: a deploy whose id is not known cannot be cancelled.
    const body = input.body as { guard?: DeployGuard };
    const guard = { ...body.guard, id: newId('dep') };
    const order = { ...input, body: { ...body, guard } } as Parameters<typeof client.call<Route>>[1];
    return { deploy: await insist(() => client.call<Route>(route, order), signal), attached: false };
  } catch (error) {
    const id = idOfSame(error);
    if (id === undefined) throw error;
    return { deploy: await client.call('getDeploy', { params: { deploy: id }, signal }), attached: true };
  }
}

async function insist<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const again = isRigError(error) && unheard.has(error.code);
      if (!again || signal.aborted || performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

function idOfSame(error: unknown): string | undefined {
  if (!isRigError(error) || error.code !== 'deploy_in_progress' || error.details?.identical !== true)
    return undefined;
  const holder = error.details.holder as { deploy?: unknown } | undefined;
  return typeof holder?.deploy === 'string' ? holder.deploy : undefined;
}
