import Type from 'typebox';
import { PlatformEventSchema, StatusSchema, VersionSchema } from '../resources.ts';
import { PageQuery, listOf, type Route } from './route.ts';

export const platformRoutes = {
  getVersion: {
    method: 'GET',
    path: '/v1/version',
    summary: 'What answers here.',
    auth: 'none',
    audit: null,
    response: VersionSchema,
    status: 200,
  },
  getOpenApi: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'The description of this API.',
    auth: 'none',
    audit: null,
    response: Type.Unknown(),
    status: 200,
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Everything that matters at a glance.',
    auth: 'token',
    audit: null,
    response: StatusSchema,
    status: 200,
  },
  listEvents: {
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened on the platform, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('events', PlatformEventSchema),
    status: 200,
  },
} as const satisfies Record<string, Route>;
