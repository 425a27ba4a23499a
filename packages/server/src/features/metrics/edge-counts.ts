import type { EdgeMark, EdgeMetrics, Traffic } from '@rig-ops/contract/edge-metrics';

/** By id of the app, and within it of the instance. What has not changed since it was told before is the same object. */
export type CountedTraffic = ReadonlyMap<string, ReadonlyMap<string, Traffic>>;

export interface Counted {
  epoch: string;
  apps: CountedTraffic;
}

/** What the edge has counted so far, of which it tells only what has changed. */
export class EdgeCounts {
  #counted: Counted | null = null;
  #mark: EdgeMark | undefined;

  /** The answer after which it is asked for what is new; undefined for everything. */
  get mark(): EdgeMark | undefined {
    return this.#mark;
  }

  /** The next answer is to be whole: what the edge has forgotten is not in one of what has changed. */
  askForAll(): void {
    this.#mark = undefined;
  }

  take({ apps: told, epoch, partial = false, tick }: EdgeMetrics): Counted {
    const before = this.#counted?.epoch === epoch ? this.#counted.apps : new Map<string, never>();
    const apps = new Map<string, ReadonlyMap<string, Traffic>>(partial ? before : []);
    for (const { app, instances } of told) {
      const known = before.get(app) ?? new Map<string, never>();
      const kept = new Map<string, Traffic>(partial ? known : []);
      for (const each of instances) {
        const old = known.get(each.instance);
        kept.set(each.instance, old !== undefined && isSame(each, old) ? old : each);
      }
      const isKnown = kept.size === known.size && [...kept].every(([id, each]) => known.get(id) === each);
      apps.set(app, isKnown ? known : kept);
    }
    this.#counted = { epoch, apps };
    this.#mark = tick === undefined ? undefined : { epoch, tick };
    return this.#counted;
  }
}

/** Counters only grow, and each request has its time in the histogram. */
const isSame = (now: Traffic, before: Traffic): boolean =>
  now.requests === before.requests &&
  now.errors === before.errors &&
  now.abandoned === before.abandoned &&
  now.bytesIn === before.bytesIn &&
  now.bytesOut === before.bytesOut;
