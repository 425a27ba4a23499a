import type { AppStore } from '../apps/app-store.ts';
import { type AppPorts, urlOfPort } from './app-ports.ts';

/** URL by name of the apps in the network of an app, but for itself, as far as they have one. */
export async function readNeighbours(
  app: { id: string | null; network: string },
  apps: AppStore,
  ports: AppPorts,
): Promise<ReadonlyMap<string, string>> {
  const portOf = await ports.all();
  const urls = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<AppStore['list']>> = await apps.list(cursor === null ? {} : { cursor });
    for (const other of page.items) {
      const port = portOf.get(other.id);
      if (other.id !== app.id && other.network === app.network && port !== undefined)
        urls.set(other.name, urlOfPort(port));
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return urls;
}
