import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { App, AppDetails } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppState, Deployments } from '../../deployments.ts';
import { newId } from '../../ids.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { Reach } from '../access/decide.ts';
import { checkDomain } from '../domains/check-domain.ts';
import type { SqlDomainStore } from '../domains/domain-store.ts';
import type { EventLog } from '../events/event-log.ts';
import type { AppLifetimes } from './app-lifetimes.ts';
import type { AppRecord, AppStore } from './app-store.ts';
import { everyApp } from './every-app.ts';
import { requireApp } from './require-app.ts';

export interface AppServiceDeps {
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'stateOf' | 'lockOf' | 'states' | 'destroyApp'>;
  readonly blobs: { removeApp(appId: string): Promise<void> };
  readonly events: EventLog;
  readonly lifetimes: AppLifetimes;
  readonly layout: PlatformLayout;
  /** Keeps the host names of apps. */
  readonly domains: Pick<SqlDomainStore, 'change'>;
  readonly logRetention: { forget(app: string): Promise<void> };
  /** Sends the lines of apps on. */
  readonly drains: { stopOf(target: string): Promise<void> };
  readonly clock: Clock;
}

/** Creates, shows and destroys apps. */
export class AppService {
  readonly #deps: AppServiceDeps;
  /** Ids of the apps that are being removed now. */
  readonly #removing = new Set<string>();

  constructor(deps: AppServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `app_exists` with a name that is free, `network_not_found`, `domain_taken`, `invalid_domain` */
  async create(name: string, network: string, hosts: readonly string[] = []): Promise<App> {
    const { apps, domains, events, clock } = this.#deps;
    const app: AppRecord = { id: newId('app'), name, network, createdAt: timestampOf(clock) };
    const checked = [...new Set(hosts.map(checkDomain))];
    await apps.create(app).catch(async (error: unknown) => {
      throw isRigError(error) && error.code === 'app_exists' ? await this.#taken(name, error) : error;
    });
    try {
      if (checked.length > 0) await domains.change(app.id, checked, []);
    } catch (error) {
      await apps.remove(app.id);
      throw error;
    }
    await events.append({ app: name, network, kind: 'app.created', message: `Created ${name}.` });
    return this.#describe(app);
  }

  /** Says which name like it is free. */
  async #taken(name: string, cause: RigError): Promise<RigError> {
    for (let number = 2; number < 100; number += 1) {
      const free = `${name.slice(0, 37).replace(/-+$/, '')}-${number}`;
      if ((await this.#deps.apps.get(free)) !== undefined) continue;
      return new RigError('app_exists', cause.message, {
        hint: `Choose another name; ${free} is free.`,
        details: { suggestion: free },
        cause,
      });
    }
    return cause;
  }

  async get(name: string): Promise<AppDetails> {
    return this.#describeInFull(await requireApp(this.#deps.apps, name));
  }

  /** The apps within reach. */
  async list(query: PageQuery, reach: Reach): Promise<Page<App>> {
    const { apps, deployments } = this.#deps;
    const [{ items, nextCursor }, stateOf] = await Promise.all([
      apps.list(query, reach),
      deployments.states(),
    ]);
    return { items: items.map((app) => inShort(inFull(app, stateOf(app)))), nextCursor };
  }

  /** Every app within reach in full, for the status screen. */
  async listAll(reach: Reach): Promise<AppDetails[]> {
    const { apps, deployments } = this.#deps;
    const [found, stateOf] = await Promise.all([everyApp(apps, reach), deployments.states()]);
    return found.map((app) => inFull(app, stateOf(app)));
  }

  /**
   * Marks first, so that a rigd that dies on the way can go on with {@link resumeDestroys}. May be asked
   * again when it failed: the mark hides the app, but its name is not free before it is gone.
   */
  async destroy(name: string): Promise<void> {
    const { apps } = this.#deps;
    const marked = (await apps.listDestroying()).find((app) => app.name === name);
    const app = marked ?? (await requireApp(apps, name));
    if (this.#removing.has(app.id)) {
      throw new RigError('app_not_found', `The app ${name} is being destroyed already.`);
    }
    await this.#removeAll(app);
  }

  /** Finishes what was begun before rigd ended. */
  async resumeDestroys(): Promise<void> {
    for (const app of await this.#deps.apps.listDestroying()) await this.#removeAll(app);
  }

  async #removeAll(app: AppRecord): Promise<void> {
    const { apps, blobs, clock, deployments, drains, events, layout, lifetimes, logRetention } = this.#deps;
    this.#removing.add(app.id);
    try {
      await apps.markDestroying(app.id, timestampOf(clock));
      lifetimes.end(app.id);
      await deployments.destroyApp(app);
      await blobs.removeApp(app.id);
      for (const kind of ['apps', 'edge']) {
        await rm(join(layout.logs, kind, app.id), { recursive: true, force: true });
      }
      await logRetention.forget(app.name);
      await drains.stopOf(`app/${app.name}`);
      await apps.remove(app.id);
    } finally {
      this.#removing.delete(app.id);
    }
    await events.append({
      app: app.name,
      network: app.network,
      kind: 'app.destroyed',
      message: `Destroyed ${app.name}.`,
    });
  }

  async #describe(app: AppRecord): Promise<App> {
    return inShort(await this.#describeInFull(app));
  }

  async #describeInFull(app: AppRecord): Promise<AppDetails> {
    const { deployments } = this.#deps;
    const [state, lock] = await Promise.all([deployments.stateOf(app), deployments.lockOf(app)]);
    return inFull(app, { ...state, lock });
  }
}

function inFull(
  { createdAt, id, name, network }: AppRecord,
  { instances, lock, processes, release, status, url }: AppState & Pick<AppDetails, 'lock'>,
): AppDetails {
  return { id, name, network, url, release, status, createdAt, processes, instances, lock };
}

function inShort({ createdAt, id, name, network, release, status, url }: AppDetails): App {
  return { id, name, network, url, release, status, createdAt };
}
