import Type from 'typebox';
import { MetricsSchema, NAME_PATTERN } from '../resources.ts';
import type { Route } from './route.ts';

export const metricsRoutes = {
  getMetrics: {
    method: 'GET',
    path: '/v1/metrics',
    summary: 'What was measured of the platform, of every app, and with `app` of its instances.',
    access: { verb: 'app.read', on: 'each' },
    audit: null,
    query: Type.Object(
      {
        step: Type.Optional(Type.Enum(['1s', '10s', '60s'], { description: '10s when absent.' })),
        points: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1440,
            description: 'At most so many, the latest; 60 when absent.',
          }),
        ),
        after: Type.Optional(
          Type.String({ maxLength: 40, description: 'Only points behind this time, the `to` of an answer.' }),
        ),
        app: Type.Optional(Type.String({ pattern: NAME_PATTERN, description: 'Of this app alone.' })),
      },
      { additionalProperties: false },
    ),
    response: MetricsSchema,
    status: 200,
  },
  getPrometheusMetrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Counters and gauges in the text format of Prometheus, for its scraper.',
    access: { verb: 'platform.read', on: 'platform' },
    audit: null,
    response: Type.String(),
    text: 'text/plain; version=0.0.4; charset=utf-8',
    status: 200,
  },
} as const satisfies Record<string, Route>;
