import type { AppStore } from '../apps/app-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';

/** Ports that live releases listen on in their images, by name of the app; of those alone that have one of their own. */
export async function readInsidePorts({
  apps,
  releases,
}: {
  apps: Pick<AppStore, 'getById'>;
  releases: Pick<ReleaseStore, 'allLive'>;
}): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const { appId, runtime } of await releases.allLive()) {
    if (runtime.port === undefined) continue;
    const app = await apps.getById(appId);
    if (app !== undefined) ports.set(app.name, runtime.port);
  }
  return ports;
}
