import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';

/** Says which apps there are; without a platform at hand, only that one has to be named. */
export async function refuseWithoutApp(client: RigClient | undefined): Promise<never> {
  const missing = 'No app was named, and there is no rig.toml with an app in or above this folder.';
  if (client === undefined) throw new RigError('app_required', missing);
  const { apps } = await client.call('listApps', { query: {} });
  const names = apps.map((app) => app.name);
  const listed = names.length === 0 ? 'There are no apps yet.' : `There are: ${names.join(', ')}.`;
  throw new RigError('app_required', `${missing} ${listed}`, { details: { apps: names } });
}
