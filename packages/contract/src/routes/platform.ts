import Type from 'typebox';
import { PlatformEventSchema, StatusSchema, VersionSchema } from '../resources.ts';
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
} as const satisfies Record<string, Route>;
