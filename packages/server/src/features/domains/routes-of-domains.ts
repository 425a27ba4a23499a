import type { Domains } from '@rig-ops/contract/resources';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { Edge } from '../deploys/edge.ts';
import { checkDomain } from './check-domain.ts';
import type { SqlDomainStore } from './domain-store.ts';

const EDGE_MS = 1_000;

export interface DomainRoutesDeps {
  readonly apps: AppStore;
  readonly domains: SqlDomainStore;
  readonly edge: Edge;
  /** Tells the edge. */
  readonly publisher: { publish(): Promise<unknown> };
}

export function routesOfDomains({
  apps,
  domains,
  edge,
  publisher,
}: DomainRoutesDeps): Pick<RouteHandlers, 'getDomains' | 'changeDomains'> {
  const describe = async (app: { id: string; name: string }): Promise<Domains> => {
    const status = await edge.status(0, AbortSignal.timeout(EDGE_MS)).catch(() => null);
    return { app: app.name, domains: await domains.of(app.id), edgePort: status?.hostPort ?? null };
  };
  return {
    getDomains: async ({ params }) => describe(await requireApp(apps, params.app)),
    async changeDomains({ params, body }) {
      const app = await requireApp(apps, params.app);
      const add = [...new Set((body.add ?? []).map(checkDomain))];
      const remove = [...new Set((body.remove ?? []).map(checkDomain))];
      await domains.change(app.id, add, remove, { check: body.check === true });
      await publisher.publish();
      return describe(app);
    },
  };
}
