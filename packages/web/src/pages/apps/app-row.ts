import type { AppDetails, Metrics } from '@rig-ops/contract/resources';
import { type AppFigures, figuresOf, type Traffic, trafficOf } from '../../logic/app-figures.ts';

/** A row of the table of apps. */
export interface AppRow extends AppFigures, Traffic {
  readonly app: AppDetails;
  /** Requests a second of the last minute. */
  readonly course: readonly (number | null)[];
}

/** Seconds over which a row tells its traffic. */
const TRAFFIC_POINTS = 10;
const COURSE_POINTS = 60;

export function appRows(apps: readonly AppDetails[], metrics: Metrics | null): AppRow[] {
  const series = new Map(metrics?.apps.map((entry) => [entry.app, entry]));
  return apps.map((app) => {
    const of = series.get(app.name);
    return {
      app,
      ...figuresOf(app),
      ...trafficOf(of, TRAFFIC_POINTS),
      course: of?.requests.slice(-COURSE_POINTS) ?? [],
    };
  });
}
