import { ReleaseContentSchema, ReleaseSchema } from '../resources.ts';
import { PageQuery, listOf, type Route } from './route.ts';

export const releasesRoutes = {
  listReleases: {
    method: 'GET',
    path: '/v1/apps/:app/releases',
    summary: 'The releases of an app, newest first.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    query: PageQuery,
    response: listOf('releases', ReleaseSchema),
    status: 200,
  },
  getRelease: {
    method: 'GET',
    path: '/v1/apps/:app/releases/:version',
    summary: 'One release.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: ReleaseSchema,
    status: 200,
  },
  getReleaseContent: {
    method: 'GET',
    path: '/v1/apps/:app/releases/:version/content',
    summary: 'What a release is made of, without the values of its variables.',
    access: { verb: 'config.read', on: 'app' },
    audit: null,
    response: ReleaseContentSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
