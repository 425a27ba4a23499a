import { join } from 'node:path';
import type { LogsParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Deployments } from '../deployments.ts';
import { decide, type Subject } from '../features/access/decide.ts';
import { PLATFORM } from '../features/access/target.ts';
import type { AppLifetimes } from '../features/apps/app-lifetimes.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import type { EventReach } from '../features/events/event-log.ts';

export interface FindLogDeps {
  readonly layout: PlatformLayout;
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'appOfBuild' | 'buildEnded'>;
  readonly lifetimes: AppLifetimes;
}

/** Where a log lies. `ended` aborts when nothing will be written any more. */
export type LogSourceRef =
  | { readonly kind: 'store'; readonly app: string; readonly dir: string; readonly ended: AbortSignal }
  | { readonly kind: 'events'; readonly reach: EventReach; readonly ended: AbortSignal };

/** The edge keeps here what no app answered to; it is told to those who may read the default network. */
const UNROUTED = '_unrouted';
const DEFAULT_NETWORK = 'default';

/**
 * Finds the log that is asked for; whether it may be read was decided before.
 * @throws RigError `invalid_input`, `app_not_found`, `build_not_found`
 */
export async function findLog(
  deps: FindLogDeps,
  params: LogsParams,
  caller: Subject,
  signal: AbortSignal,
): Promise<LogSourceRef> {
  const { app, build, network, store = 'app' } = params;
  if ([app, build, network].filter((name) => name !== undefined).length !== 1) {
    throw new RigError('invalid_input', 'Name an app, a build or a network, and only one of them.');
  }
  if (app !== undefined) return findLogOfApp(deps, app, store);
  if (store === 'app' && build !== undefined) return findLogOfBuild(deps, build, signal);
  if (network === undefined || store === 'app') {
    throw new RigError(
      'invalid_input',
      `There is no such log: ${store} of a ${build === undefined ? 'network' : 'build'}.`,
    );
  }
  const ended = new AbortController();
  if (store === 'events') {
    const platform = network === DEFAULT_NETWORK && decide(caller, 'platform.read', PLATFORM).allowed;
    const reach = {
      platform,
      apps: { everywhere: false, networks: new Set([network]), apps: new Set<string>() },
    };
    return { kind: 'events', reach, ended: ended.signal };
  }
  const dir = network === DEFAULT_NETWORK ? UNROUTED : `_none-${network}`;
  return { kind: 'store', app: '', dir: join(deps.layout.logs, 'edge', dir), ended: ended.signal };
}

async function findLogOfApp(
  { layout, apps, lifetimes }: FindLogDeps,
  name: string,
  store: 'app' | 'edge' | 'events',
): Promise<LogSourceRef> {
  const app = await requireApp(apps, name);
  const ended = lifetimes.signalOf(app.id);
  if (store === 'events') {
    const reach = { everywhere: false, networks: new Set<string>(), apps: new Set([app.id]) };
    return { kind: 'events', reach: { platform: false, apps: reach }, ended };
  }
  const dir = join(layout.logs, store === 'edge' ? 'edge' : 'apps', app.id);
  return { kind: 'store', app: app.name, dir, ended };
}

async function findLogOfBuild(
  { layout, deployments }: FindLogDeps,
  build: string,
  signal: AbortSignal,
): Promise<LogSourceRef> {
  const app = await deployments.appOfBuild(build);
  if (app === undefined) {
    throw new RigError('build_not_found', `There is no build ${JSON.stringify(build.slice(0, 100))}.`);
  }
  const ended = new AbortController();
  // Rejects only because of `signal`, which ends the reader as well.
  deployments.buildEnded(build, signal).then(
    () => ended.abort(),
    () => ended.abort(),
  );
  return { kind: 'store', app: app.name, dir: join(layout.logs, 'builds', build), ended: ended.signal };
}
