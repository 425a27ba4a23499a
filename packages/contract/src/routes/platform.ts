import Type from 'typebox';
import {
  LivenessSchema,
  PlatformEventSchema,
  ReadinessSchema,
  StatusSchema,
  VersionSchema,
} from '../resources.ts';
import { PageQuery, listOf, type Route } from './route.ts';

export const platformRoutes = {
  getVersion: {
    method: 'GET',
    path: '/v1/version',
    summary: 'What answers here.',
    access: 'anyone',
    audit: null,
    response: VersionSchema,
    status: 200,
  },
  getLiveness: {
    method: 'GET',
    path: '/livez',
    summary: 'Whether rigd answers, whatever it can reach.',
    access: 'anyone',
    audit: null,
    response: LivenessSchema,
    status: 200,
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether the platform can serve: its database, supervisor and edge answer.',
    access: 'anyone',
    audit: null,
    response: ReadinessSchema,
    status: 200,
  },
  getOpenApi: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'The description of this API.',
    access: 'anyone',
    audit: null,
    response: Type.Unknown(),
    status: 200,
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Everything that matters at a glance.',
    access: { verb: 'app.read', on: 'each' },
    audit: null,
    response: StatusSchema,
    status: 200,
  },
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened on the platform, newest first.',
    access: { verb: 'app.read', on: 'each' },
    audit: null,
    query: PageQuery,
    response: listOf('events', PlatformEventSchema),
    status: 200,
  },
  followEvents: {
    method: 'GET',
    path: '/v1/events/behind/:event',
    summary: 'What happened behind an event, oldest first; waits up to 20 seconds for the first.',
    access: { verb: 'app.read', on: 'each' },
    audit: null,
    query: Type.Object(
      {
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: '100 when absent.' })),
        wait: Type.Optional(
          Type.Enum(['true', 'false'], {
            description: 'Whether to wait when there is none; false when absent.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: Type.Object({
      events: Type.Array(PlatformEventSchema),
      missed: Type.Integer({
        description:
          'Events behind that one which are not kept any more, those that the caller may not see among them.',
      }),
    }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
