import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Engine } from '../../engines/engine.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { Edge } from '../deploys/edge.ts';
import { SqlMetricPointStore } from './metric-point-store.ts';
import { MetricRecorder } from './metric-recorder.ts';
import { MetricService } from './metric-service.ts';
import { tellPrometheus } from './prometheus.ts';

export interface MetricsDeps {
  readonly db: Kysely<Database>;
  readonly apps: AppStore;
  readonly edge: Edge;
  readonly engine: Pick<Engine, 'usage' | 'instances'>;
  readonly root: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Measures the platform and its apps, and tells of it. */
export function createMetrics({ apps, clock, db, edge, engine, log, root, version }: MetricsDeps): {
  recorder: MetricRecorder;
  routes: Pick<RouteHandlers, 'getMetrics' | 'getPrometheusMetrics'>;
} {
  const store = new SqlMetricPointStore(db);
  const recorder = new MetricRecorder({ edge, engine, store, root, clock, log });
  const service = new MetricService(recorder, apps);
  return {
    recorder,
    routes: {
      getMetrics: ({ identity, query }) => service.read(identity, query),
      getPrometheusMetrics: () => tellPrometheus({ apps, edge, engine, version }),
    },
  };
}
