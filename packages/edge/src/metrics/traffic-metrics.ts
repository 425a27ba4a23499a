import { randomUUID } from 'node:crypto';
import type { EdgeApp, EdgeRoutes, EdgeUpstream } from '@rig-ops/contract/edge';
import {
  type AppTraffic,
  type EdgeMark,
  type EdgeMetrics,
  type InstanceTraffic,
  MAX_GONE,
  MAX_RELEASES,
} from '@rig-ops/contract/edge-metrics';
import { Counters } from './counters.ts';

/** What one request adds to: its instance and the release of that. */
export type Tally = readonly [instance: Counters, release: Counters];

interface CountedInstance {
  name: string;
  release: number;
  counters: Counters;
}

interface CountedApp {
  /** In the order they were last routed, the latest last. */
  instances: Map<string, CountedInstance>;
  releases: Map<number, Counters>;
}

/** Moves a key to the end of a map, where it is the latest. */
function touch<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  return value;
}

/**
 * Counts what instances and releases answer. What is counted outlives a change of the routes; an app that is
 * routed no longer is forgotten, and of old instances and releases only the latest are kept.
 */
export class TrafficMetrics {
  readonly #epoch = randomUUID();
  readonly #since = new Date().toISOString();
  #apps = new Map<string, CountedApp>();
  #tick = 0;

  /** Makes room for what is routed from now on. */
  retain({ apps }: EdgeRoutes): void {
    this.#apps = new Map(apps.map((app) => [app.id, this.#retainApp(app)]));
  }

  /** Undefined for an instance of an app that is gone. */
  of(app: EdgeApp, upstream: EdgeUpstream): Tally | undefined {
    const counted = this.#apps.get(app.id);
    const instance = counted?.instances.get(upstream.instance);
    const release = instance === undefined ? undefined : counted?.releases.get(instance.release);
    return instance === undefined || release === undefined ? undefined : [instance.counters, release];
  }

  /**
   * @param appId of one app; all when undefined
   * @param after tells only what has counted something since that answer, when it was one of this edge
   */
  snapshot(appId?: string, after?: EdgeMark): EdgeMetrics {
    this.#tick += 1;
    const told = { epoch: this.#epoch, since: this.#since, tick: this.#tick };
    const apps = [...this.#apps].filter(([id]) => appId === undefined || id === appId);
    if (after?.epoch !== this.#epoch) return { ...told, apps: apps.map(([id, app]) => toTraffic(id, app)) };
    const changed = apps.map(([app, { instances }]) => ({
      app,
      releases: [],
      instances: instancesOf(instances, ({ counters }) => counters.changedAt(this.#tick) > after.tick),
    }));
    return { ...told, partial: true, apps: changed.filter(({ instances }) => instances.length > 0) };
  }

  #retainApp(app: EdgeApp): CountedApp {
    const counted = this.#apps.get(app.id) ?? { instances: new Map(), releases: new Map() };
    for (const upstream of app.upstreams) {
      const { instance, name = instance, release = app.release } = upstream;
      const known = touch(counted.instances, instance, () => ({ name, release, counters: new Counters() }));
      // An instance may go on as one of another release, which took it over as it was.
      known.release = release;
      touch(counted.releases, release, () => new Counters());
    }
    const routed = new Set(app.upstreams.map(({ instance }) => instance));
    dropOldest(counted.instances, routed.size + MAX_GONE);
    dropOldest(counted.releases, MAX_RELEASES);
    return counted;
  }
}

function dropOldest(map: Map<unknown, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

const toTraffic = (app: string, { instances, releases }: CountedApp): AppTraffic => ({
  app,
  releases: [...releases].map(([release, counters]) => ({ release, ...counters.snapshot() })),
  instances: instancesOf(instances, () => true),
});

const instancesOf = (
  all: ReadonlyMap<string, CountedInstance>,
  isTold: (instance: CountedInstance) => boolean,
): InstanceTraffic[] =>
  [...all].flatMap(([instance, counted]) => {
    if (!isTold(counted)) return [];
    const { counters, name, release } = counted;
    return [{ instance, name, release, ...counters.snapshot() }];
  });
