import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

/** Seconds between two points, and how long they are kept. */
export const METRIC_STEPS = {
  1: { points: 300, says: 'five minutes' },
  10: { points: 720, says: 'two hours' },
  60: { points: 1440, says: 'a day' },
} as const;
export type MetricStep = keyof typeof METRIC_STEPS;

/** What is measured of an app, in this order. */
export const APP_METRICS = {
  requests: 'Requests a second.',
  errors: 'Requests a second that were answered with a status from 500 on, broken off, or not answered.',
  p50: 'Milliseconds until an answer began, for half of the requests.',
  p95: 'The same for 95 of 100.',
  p99: 'The same for 99 of 100.',
  bytesIn: 'Bytes a second from clients.',
  bytesOut: 'Bytes a second to clients.',
  cpu: 'Percent of one core, of all its instances.',
  memory: 'Resident bytes of all its instances.',
  instances: 'Instances that run.',
} as const;
export type AppMetric = keyof typeof APP_METRICS;

/** What is measured of an instance. */
export const INSTANCE_METRICS = {
  requests: APP_METRICS.requests,
  errors: APP_METRICS.errors,
  p95: APP_METRICS.p95,
  cpu: 'Percent of one core.',
  memory: 'Resident bytes.',
} as const;
export type InstanceMetric = keyof typeof INSTANCE_METRICS;

/** What is measured of the platform itself. */
export const PLATFORM_METRICS = {
  cpu: 'Percent of one core that rigd takes.',
  memory: 'Resident bytes of rigd.',
  diskFree: 'Free bytes where its state lives.',
  eventLoop: 'Milliseconds that a task of rigd waits for its turn, at most.',
} as const;
export type PlatformMetric = keyof typeof PLATFORM_METRICS;

const values = (text: string) => Type.Array(Type.Union([Type.Number(), Type.Null()]), description(text));

const points = <M extends string>(metrics: Record<M, string>) =>
  Object.fromEntries(Object.entries<string>(metrics).map(([name, text]) => [name, values(text)])) as Record<
    M,
    ReturnType<typeof values>
  >;

export const MetricsSchema = Type.Object(
  {
    step: literals(['1s', '10s', '60s'], 'Time between two points.'),
    from: timestamp('The time of the first point: it tells of the step that ends there'),
    to: nullable(timestamp('The time of the last point'), 'Null when there is none.'),
    platform: nullable(
      Type.Object(points(PLATFORM_METRICS)),
      'Of rigd; null for who may not see the platform.',
    ),
    apps: Type.Array(
      Type.Object({ app: NameSchema, ...points(APP_METRICS) }),
      description('By app. Null stands for what was not measured: no quantile without requests.'),
    ),
    instances: Type.Array(
      Type.Object({
        app: NameSchema,
        instance: Type.String(description('As `web.1`.')),
        ...points(INSTANCE_METRICS),
      }),
      description('By instance, of the app that was asked for; kept for an hour at most.'),
    ),
  },
  { $id: 'Metrics', description: 'What was measured, oldest first.' },
);

export type Metrics = Static<typeof MetricsSchema>;
