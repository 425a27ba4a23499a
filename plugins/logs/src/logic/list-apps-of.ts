import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';

/** The apps of a network. @throws RigError `not_found` for a network without apps that is not the default one */
export async function listAppsOf(client: RigClient, network: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { apps: { name: string; network: string }[]; nextCursor: string | null } = await client.call(
      'listApps',
      { query: cursor === null ? {} : { cursor }, signal },
    );
    names.push(...page.apps.filter((app) => app.network === network).map((app) => app.name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (names.length === 0 && network !== 'default') {
    throw new RigError('not_found', `There is no network ${JSON.stringify(network)} with apps in it.`, {
      hint: 'Run `rig apps list` for the apps and their networks.',
    });
  }
  return names;
}
