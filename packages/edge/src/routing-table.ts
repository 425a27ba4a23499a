import type { EdgeApp, EdgeRoutes, EdgeUpstream } from '@rig-ops/contract/edge';
import type { InFlight } from './in-flight.ts';

/** Which app a request is for, and which of its upstreams takes it. */
export class RoutingTable {
  readonly #inFlight: InFlight;
  #apps = new Map<string, EdgeApp>();
  #byHost = new Map<string, string>();
  #turn = 0;

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight;
  }

  /** Replaces all routes at once: no request sees a half of them. */
  apply({ apps }: EdgeRoutes): void {
    this.#apps = new Map(apps.map((app) => [app.id, app]));
    this.#byHost = new Map(apps.flatMap((app) => app.hosts.map((host) => [host.toLowerCase(), app.id])));
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

  /** The upstream with the least under way, in turn among equals; those in `tried` only when all were. */
  pick(appId: string, tried: ReadonlySet<string>): EdgeUpstream | undefined {
    const all = this.#apps.get(appId)?.upstreams ?? [];
    const fresh = all.filter(({ instance }) => !tried.has(instance));
    const candidates = fresh.length > 0 ? fresh : all;
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
