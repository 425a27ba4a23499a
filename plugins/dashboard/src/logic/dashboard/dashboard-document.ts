import type { RigClient } from '@rig-ops/client';
import type { AppMetric, Metrics, PlatformMetric, Status } from '@rig-ops/contract/resources';
import { errorPercent } from './figures.ts';
import type { Point } from './metrics-history.ts';

/** What was measured of an app over the last ten seconds. */
export type AppTraffic = { app: string; errorPercent: Point } & { [metric in AppMetric]: Point };

/** The newest figures that there are. */
export interface Figures {
  /** The end of the ten seconds they are about; null before the first. */
  measuredAt: string | null;
  platform: { [metric in PlatformMetric]: Point } | null;
  traffic: AppTraffic[];
}

/** Everything the dashboard shows at one moment, as a document. */
export interface DashboardDocument extends Figures {
  status: Status;
}

export async function readDashboard(client: RigClient, signal: AbortSignal): Promise<DashboardDocument> {
  const [status, metrics] = await Promise.all([
    client.call('getStatus', { signal }),
    client.call('getMetrics', { query: { step: '10s', points: 1 }, signal }),
  ]);
  return { ...newestFigures(metrics), status };
}

const last = (points: readonly Point[]): Point => points.at(-1) ?? null;

export function newestFigures({ to, platform, apps }: Metrics): Figures {
  return {
    measuredAt: to,
    platform:
      platform === null
        ? null
        : {
            cpu: last(platform.cpu),
            memory: last(platform.memory),
            diskFree: last(platform.diskFree),
            eventLoop: last(platform.eventLoop),
          },
    traffic: apps.map((app) => ({
      app: app.app,
      requests: last(app.requests),
      errors: last(app.errors),
      errorPercent: errorPercent(last(app.requests), last(app.errors)),
      p50: last(app.p50),
      p95: last(app.p95),
      p99: last(app.p99),
      bytesIn: last(app.bytesIn),
      bytesOut: last(app.bytesOut),
      cpu: last(app.cpu),
      memory: last(app.memory),
      instances: last(app.instances),
    })),
  };
}
