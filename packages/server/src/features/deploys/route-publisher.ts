import { open, rename } from 'node:fs/promises';
import type { EdgeApp, EdgeRoutes, EdgeStatus, EdgeUpstream } from '@rig-ops/contract/edge';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { SqlDomainStore } from '../domains/domain-store.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from '../instances/instance-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { AppPortStore } from './app-port-store.ts';
import type { DeployStore } from './deploy-store.ts';
import type { RoutedApp } from './neighbour-names.ts';
import { type Edge, readEdgeRoutes } from './edge.ts';

export interface RoutePublisherOptions {
  /** The routes file. */
  path: string;
  hostPort: number;
  edge: Edge;
  apps: AppStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  /** Deploys under way: one whose release shares the traffic is routed beside the live one. */
  deploys: Pick<DeployStore, 'running'>;
  ports: AppPortStore;
  /** Host names by the id of their app. */
  domains: Pick<SqlDomainStore, 'all'>;
  mirror: EngineMirror;
}

/** Tells the edge where the live releases are: the file follows from what is stored, so it can be written anew at any time. */
export class RoutePublisher {
  readonly #options: RoutePublisherOptions;
  #last: Promise<number> = Promise.resolve(0);
  #routed: readonly RoutedApp[] = [];

  constructor(options: RoutePublisherOptions) {
    this.#options = options;
  }

  /**
   * Writes the routes if they have changed, one writer at a time.
   * @returns the generation that holds them
   */
  publish(): Promise<number> {
    const next = this.#last.catch(() => 0).then(() => this.#write());
    this.#last = next;
    return next;
  }

  /**
   * What neighbours reach by name, as of the last routes. Names know no shares of requests: while a release has a part of
   * them, neighbours reach the live one.
   */
  get routed(): readonly RoutedApp[] {
    return this.#routed;
  }

  /** Waits until the edge has applied a generation. @throws the reason of `signal`, or RigError `unreachable` */
  async applied(generation: number, signal: AbortSignal): Promise<EdgeStatus> {
    for (;;) {
      const status = await this.#options.edge.status(generation, signal);
      if (status.generation >= generation) return status;
      signal.throwIfAborted();
    }
  }

  async #write(): Promise<number> {
    const { path, hostPort } = this.#options;
    const before = await readEdgeRoutes(path);
    const apps = await this.#appsOf();
    if (before !== null && before.hostPort === hostPort && isSame(before.apps, apps))
      return before.generation;
    // Not from 1 again when the file was lost: an edge that still runs would wait for a later one.
    const generation = Math.max((before?.generation ?? 0) + 1, Date.now());
    const routes: EdgeRoutes = { generation, hostPort, apps };
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(routes));
      // A power cut must not leave an empty file behind the rename.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return routes.generation;
  }

  async #appsOf(): Promise<EdgeApp[]> {
    const { apps, deploys, releases, instances, ports } = this.#options;
    const [live, wanted, portOf, running] = await Promise.all([
      releases.allLive(),
      instances.list(),
      ports.all(),
      deploys.running(),
    ]);
    const domains = await this.#options.domains.all();
    const routed: EdgeApp[] = [];
    const named: RoutedApp[] = [];
    for (const release of live) {
      const app = await apps.getById(release.appId);
      const port = portOf.get(release.appId);
      if (app === undefined || port === undefined) continue;
      if (!release.runtime.processes.some(({ name }) => name === 'web')) continue;
      const traffic = this.#trafficOf(
        release.version,
        wanted.filter((instance) => instance.appId === app.id),
        running.find((deploy) => deploy.appId === app.id)?.rollout.share ?? null,
        running.find((deploy) => deploy.appId === app.id)?.release ?? null,
      );
      named.push({ app, instances: namedIn(traffic) });
      routed.push({
        id: app.id,
        name: app.name,
        port,
        hosts: [`${app.name}.localhost`, ...(domains.get(app.id) ?? [])],
        release: release.version,
        ...traffic,
      });
    }
    this.#routed = named;
    return routed;
  }

  #trafficOf(
    live: number,
    instances: readonly InstanceRecord[],
    share: number | 'alike' | null,
    fresh: number | null,
  ): Pick<EdgeApp, 'upstreams' | 'shares'> {
    const upstreams = this.#upstreamsOf(instances.filter(({ release }) => release === live));
    if (share === null || fresh === null || fresh === live) return { upstreams };
    const others = this.#upstreamsOf(instances.filter(({ release }) => release === fresh));
    const all = [...upstreams, ...others.map((upstream) => ({ ...upstream, release: fresh }))];
    if (share === 'alike' || upstreams.length === 0 || others.length === 0) return { upstreams: all };
    const shares = [
      { release: live, percent: 100 - share },
      { release: fresh, percent: share },
    ];
    return { upstreams: all, shares };
  }

  /** Those that are well; if none is, those that were: an answer from one of them is better than none. */
  #upstreamsOf(instances: readonly InstanceRecord[]): EdgeUpstream[] {
    const well = instances
      .filter(({ health }) => health === 'healthy')
      .flatMap((each) => this.#upstreamOf(each));
    return well.length > 0 ? well : instances.flatMap((each) => this.#upstreamOf(each));
  }

  #upstreamOf(instance: InstanceRecord): EdgeUpstream[] {
    const { id, host, port, desired } = instance;
    if (host === null || port === null || desired !== 'run') return [];
    const { mirror } = this.#options;
    // Before the first snapshot what was stored last is the best there is.
    if (mirror.ready && mirror.instance(id)?.state !== 'running') return [];
    return [{ instance: id, name: instanceName(instance), host, port }];
  }
}

const namedIn = ({ shares, upstreams }: Pick<EdgeApp, 'upstreams' | 'shares'>): string[] =>
  upstreams
    .filter(({ release }) => shares === undefined || release === undefined)
    .map(({ instance }) => instance);

const isSame = (left: EdgeApp[], right: EdgeApp[]): boolean => JSON.stringify(left) === JSON.stringify(right);
