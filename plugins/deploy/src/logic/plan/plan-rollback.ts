import type { RigClient } from '@rig-ops/client';
import type { RollbackPart } from '@rig-ops/contract/resources';
import { RigError } from '@rig-ops/contract/errors';
import { compareContents, type Difference } from '../diff/compare-contents.ts';
import { readContent } from '../diff/release-content.ts';

export interface RollbackPlan extends Difference {
  plan: true;
  app: string;
  from: number;
  to: number;
  only: RollbackPart | null;
}

/**
 * What a rollback would change, compared with what is live.
 * @param what which release comes back, the one that was live before when absent; and which part of it
 * @throws RigError `release_not_found`, `release_current`
 */
export async function planRollback(
  client: RigClient,
  app: string,
  { only, to }: { to: number | undefined; only: RollbackPart | undefined },
  signal: AbortSignal,
): Promise<RollbackPlan> {
  const params = { app };
  const { release: live } = await client.call('getApp', { params, signal });
  if (live === null) throw new RigError('release_not_found', `${app} has no live release.`);
  const target = to ?? (await previousOf(client, app, signal));
  if (target === live) throw new RigError('release_current', `v${live} of ${app} is live already.`);
  const [before, old] = await Promise.all([
    readContent(client, app, live, signal),
    readContent(client, app, target, signal),
  ]);
  const after = {
    ...(only === 'config' ? before : old),
    ...(only === 'code' ? { variables: before.variables } : { variables: old.variables }),
  };
  return { plan: true, app, from: live, to: target, only: only ?? null, ...compareContents(before, after) };
}

async function previousOf(client: RigClient, app: string, signal: AbortSignal): Promise<number> {
  const query = { limit: 1000 };
  const { releases } = await client.call('listReleases', { params: { app }, query, signal });
  const found = releases.find(({ status }) => status === 'superseded');
  if (found !== undefined) return found.version;
  throw new RigError('release_not_found', `${app} has no release to return to: none was live before.`);
}
