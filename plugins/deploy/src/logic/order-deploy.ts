import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import type { Deploy } from '@rig-ops/contract/resources';
import type { RouteInput } from '@rig-ops/contract/routes';

type Route = 'createDeploy' | 'createRollback';

/**
 * Asks for a deploy or a rollback. One that the same user has asked for already and that is still under way is
 * not asked for again: it is the answer then, and `attached`.
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
    const order = { ...input } as Parameters<typeof client.call<Route>>[1];
    return { deploy: await client.call<Route>(route, order), attached: false };
  } catch (error) {
    const id = idOfSame(error);
    if (id === undefined) throw error;
    return { deploy: await client.call('getDeploy', { params: { deploy: id }, signal }), attached: true };
  }
}

function idOfSame(error: unknown): string | undefined {
  if (!isRigError(error) || error.code !== 'deploy_in_progress' || error.details?.identical !== true)
    return undefined;
  const holder = error.details.holder as { deploy?: unknown } | undefined;
  return typeof holder?.deploy === 'string' ? holder.deploy : undefined;
}
