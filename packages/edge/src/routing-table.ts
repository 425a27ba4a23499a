import type { EdgeApp, EdgeRoutes, EdgeUpstream } from '@rig-ops/contract/edge';
import type { InFlight } from './in-flight.ts';
import { ShareTurns } from './share-turns.ts';

/** Which app a request is for, and which of its upstreams takes it. */
export class RoutingTable {
  readonly #inFlight: InFlight;
  #apps = new Map<string, EdgeApp>();
  #byHost = new Map<string, string>();
  readonly #turns = new ShareTurns();
  #turn = 0;

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight;
  }

  /** Replaces all routes at once: no request sees a half of them. */
  apply({ apps }: EdgeRoutes): void {
    this.#apps = new Map(apps.map((app) => [app.id, app]));
    this.#byHost = new Map(apps.flatMap((app) => app.hosts.map((host) => [host.toLowerCase(), app.id])));
    this.#turns.retain(new Set(apps.map(({ id }) => id)));
  }

  app(id: string): EdgeApp | undefined {
    return this.#apps.get(id);
  }

  /** The app a `Host` header means; a port in it does not matter. */
  appOfHost(host: string | undefined): EdgeApp | undefined {
    const name = (host ?? '').replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
    const id = this.#byHost.get(name);
    return id === undefined ? undefined : this.#apps.get(id);
  }

  /**
   * The upstream with the least under way, in turn among equals; those in `tried` only when all were. Where
   * releases share the traffic, first the release whose turn it is.
   */
  pick(appId: string, tried: ReadonlySet<string>): EdgeUpstream | undefined {
    const app = this.#apps.get(appId);
    if (app === undefined) return undefined;
    const fresh = app.upstreams.filter(({ instance }) => !tried.has(instance));
    const release = app.shares === undefined ? undefined : this.#turns.next(app, fresh);
    const ofRelease = fresh.filter((upstream) => (upstream.release ?? app.release) === release);
    const candidates = ofRelease.length > 0 ? ofRelease : fresh.length > 0 ? fresh : app.upstreams;
    this.#turn += 1;
    let best: EdgeUpstream | undefined;
    for (let index = 0; index < candidates.length; index += 1) {
      const candidate = candidates[(index + this.#turn) % candidates.length];
      if (candidate === undefined) continue;
      if (best === undefined || this.#inFlight.of(candidate.instance) < this.#inFlight.of(best.instance)) {
        best = candidate;
      }
    }
    return best;
  }
}
