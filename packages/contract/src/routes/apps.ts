import Type from 'typebox';
import { AppDetailsSchema, AppSchema, NameSchema } from '../resources.ts';
import { Done, PageQuery, listOf, type Route } from './route.ts';

export const appsRoutes = {
  listApps: {
    method: 'GET',
    path: '/v1/apps',
    summary: 'The apps, by name.',
    access: { verb: 'app.read', on: 'each' },
    audit: null,
    query: PageQuery,
    response: listOf('apps', AppSchema),
    status: 200,
  },
  createApp: {
    method: 'POST',
    path: '/v1/apps',
    summary: 'Creates an app.',
    access: { verb: 'app.create', on: 'network', from: 'body' },
    audit: 'app.create',
    body: Type.Object(
      {
        name: NameSchema,
        network: Type.Optional(NameSchema),
        domains: Type.Optional(
          Type.Array(Type.String({ maxLength: 300 }), {
            maxItems: 50,
            description: 'Host names to route to it; if one cannot be had, no app is created.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: AppSchema,
    status: 201,
  },
  getApp: {
    method: 'GET',
    path: '/v1/apps/:app',
    summary: 'One app with its processes and instances.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: AppDetailsSchema,
    status: 200,
  },
  destroyApp: {
    method: 'DELETE',
    path: '/v1/apps/:app',
    summary: 'Stops an app and removes everything of it.',
    access: { verb: 'app.destroy', on: 'app' },
    audit: 'app.destroy',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
