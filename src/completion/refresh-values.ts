import type { RigClient } from '@rig-ops/client';
import type { CachedValues } from './value-cache.ts';

/** Releases and instances are asked for of so many apps that were asked about last. */
const APPS_KEPT = 20;
const RELEASES_KEPT = 50;
/** Builds are asked for of so many apps, the one the line is about among them. */
const APPS_WITH_BUILDS = 5;
const BUILDS_KEPT = 10;
const DEPLOYS_KEPT = 10;
const SESSIONS_KEPT = 50;

/** Asks a platform for the names that completion offers. Throws what the client throws. */
export async function refreshValues(
  rig: Pick<RigClient, 'call'>,
  known: CachedValues,
  { app, signal }: { app: string | undefined; signal: AbortSignal },
): Promise<CachedValues> {
  const [{ apps }, { networks }] = await Promise.all([
    rig.call('listApps', { query: { limit: 1000 }, signal }),
    rig.call('listNetworks', { signal }),
  ]);
  const now = Date.now();
  const names = apps.map(({ name }) => name);
  const kept = Object.entries(known.byApp).filter(([name]) => names.includes(name) && name !== app);
  const about = app !== undefined && names.includes(app) ? [await askAbout(rig, app, signal)] : [];
  return {
    format: 1,
    at: now,
    apps: names,
    networks: networks.map(({ name }) => name),
    sessions: await askForSessions(rig, signal),
    builds: await askForBuilds(rig, [...new Set([...about.map(([name]) => name), ...names])], signal),
    byApp: Object.fromEntries([...kept, ...about].slice(-APPS_KEPT)),
  };
}

async function askForSessions(rig: Pick<RigClient, 'call'>, signal: AbortSignal) {
  try {
    const { sessions } = await rig.call('listSessions', { query: { limit: SESSIONS_KEPT }, signal });
    return sessions.map(({ id }) => id);
  } catch {
    // A platform of an older version has none.
    return [];
  }
}

async function askForBuilds(rig: Pick<RigClient, 'call'>, apps: string[], signal: AbortSignal) {
  const query = { limit: BUILDS_KEPT };
  const pages = await Promise.all(
    apps.slice(0, APPS_WITH_BUILDS).map((app) => rig.call('listBuilds', { params: { app }, query, signal })),
  );
  return pages.flatMap(({ builds }) => builds.map(({ id }) => id));
}

async function askAbout(rig: Pick<RigClient, 'call'>, app: string, signal: AbortSignal) {
  const params = { app };
  const [{ releases }, { instances }, { deploys }] = await Promise.all([
    rig.call('listReleases', { params, query: { limit: RELEASES_KEPT }, signal }),
    rig.call('getApp', { params, signal }),
    rig.call('listDeploys', { params, query: { limit: DEPLOYS_KEPT }, signal }),
  ]);
  const values = {
    at: Date.now(),
    releases: releases.map(({ version }) => `v${version}`),
    instances: instances.map(({ name }) => name),
    tags: releases.flatMap(({ tags }) => tags),
    deploys: deploys.map(({ id }) => id),
  };
  return [app, values] as const;
}
