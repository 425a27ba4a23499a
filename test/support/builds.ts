import { setTimeout as sleep } from 'node:timers/promises';
import type { Build } from '@rig-ops/contract/resources';
import type { User } from './rig.ts';

/** An app whose build does not end by itself. */
export const slowApp = {
  'rig.toml': '[build]\ncommand = "echo building; sleep 600"\n[processes]\nweb = "true"\n',
};

/** Waits until an app has a build that stands like that, and answers the id of the newest. */
export async function waitForBuild(
  user: Pick<User, 'json'>,
  app: string,
  status?: Build['status'],
): Promise<string> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { builds } = await user.json<{ builds: Build[] }>(['builds', 'list', app]);
    const [newest] = builds;
    if (newest !== undefined && (status === undefined || newest.status === status)) return newest.id;
    if (performance.now() > deadline) throw new Error(`${app} has no build that is ${status ?? 'there'}`);
    await sleep(50);
  }
}
