import Type from 'typebox';
import { ReleaseContentSchema, ReleasePruningSchema, ReleaseSchema } from '../resources.ts';
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
    summary: 'One release, by its version or a tag.',
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
  tagRelease: {
    method: 'PUT',
    path: '/v1/apps/:app/tags/:tag',
    summary: 'Gives a release a name; `force` takes it from another one.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'release.tag',
    body: Type.Object(
      {
        version: Type.Integer({ minimum: 1, description: 'Version of the release.' }),
        force: Type.Optional(Type.Boolean({ description: 'Move it if it is the name of another one.' })),
      },
      { additionalProperties: false },
    ),
    response: ReleaseSchema,
    status: 200,
  },
  untagRelease: {
    method: 'DELETE',
    path: '/v1/apps/:app/tags/:tag',
    summary: 'Takes a name from a release, which stays.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'release.untag',
    response: ReleaseSchema,
    status: 200,
  },
  pruneReleases: {
    method: 'POST',
    path: '/v1/apps/:app/releases/prune',
    summary: 'Removes old releases that nothing needs, or tells which those are.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'release.prune',
    body: Type.Object(
      {
        keep: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Keeps so many of those that were live, the newest.' }),
        ),
        olderThanSeconds: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Removes only what was made longer ago.' }),
        ),
        dryRun: Type.Optional(Type.Boolean({ description: 'Removes nothing.' })),
      },
      { additionalProperties: false },
    ),
    response: ReleasePruningSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
