import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';

/**
 * The id of the build an app had last.
 * @throws RigError build_not_found when it had none
 */
export async function findNewestBuild(client: RigClient, app: string, signal: AbortSignal): Promise<string> {
  const { builds } = await client.call('listBuilds', { params: { app }, query: { limit: 1 }, signal });
  const [newest] = builds;
  if (newest === undefined) {
    throw new RigError('build_not_found', `${app} was never built.`, { hint: 'Run `rig deploy` first.' });
  }
  return newest.id;
}
