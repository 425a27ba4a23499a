import { RigError } from '@rig-ops/contract/errors';
import { type Kysely, sql } from 'kysely';
import type { Engine } from '../../engines/engine.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { Database } from '../../store/database.ts';
import type { Edge } from '../deploys/edge.ts';
import { type Part, Readiness } from './readiness.ts';

/** Longer than anybody waits for the answer. */
const EDGE_MS = 5_000;

export interface HealthDeps {
  readonly db: Kysely<Database>;
  readonly engine: Pick<Engine, 'sessions'>;
  readonly edge: Pick<Edge, 'status'>;
  /** Whether everything is there that a start brings about, and rigd is not about to end. */
  readonly serves: () => boolean;
}

/**
 * What probes ask. Whether it is alive depends on nothing beyond this process: starting it anew would bring back
 * neither a database nor a network.
 */
export function routesOfHealth(deps: HealthDeps): Pick<RouteHandlers, 'getLiveness' | 'getReadiness'> {
  const readiness = new Readiness(partsOf(deps));
  return {
    getLiveness: async () => ({ alive: true }),
    async getReadiness() {
      const { checks, problems } = await readiness.look();
      if (problems.length === 0) return { ready: true, checks };
      const told = problems.map(({ check, message }) => `${check}: ${message}`).join(' ');
      throw new RigError('not_ready', `The platform cannot serve. ${told}`, { details: { problems } });
    },
  };
}

const partsOf = ({ db, engine, edge, serves }: HealthDeps): Part[] => [
  { name: 'started', ask: async () => (serves() ? null : 'It starts, or ends.') },
  {
    name: 'database',
    async ask() {
      await sql`select 1`.execute(db);
      return null;
    },
  },
  {
    name: 'supervisor',
    async ask() {
      await engine.sessions();
      return null;
    },
  },
  {
    name: 'edge',
    async ask() {
      const { hostPort } = await edge.status(0, AbortSignal.timeout(EDGE_MS));
      return hostPort === null ? 'It does not listen.' : null;
    },
  },
];
