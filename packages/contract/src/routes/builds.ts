import { BuildSchema, ExplainAnswerSchema, ExplainRequestSchema } from '../resources.ts';
import { PageQuery, listOf, type Route } from './route.ts';

export const buildsRoutes = {
  listBuilds: {
    method: 'GET',
    path: '/v1/apps/:app/builds',
    summary: 'The builds of an app, newest first.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    query: PageQuery,
    response: listOf('builds', BuildSchema),
    status: 200,
  },
  getBuild: {
    method: 'GET',
    path: '/v1/builds/:build',
    summary: 'One build.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: BuildSchema,
    status: 200,
  },
  explainBuild: {
    method: 'POST',
    path: '/v1/builds/explain',
    summary: 'How a source would be built and why, from the names of its files and the texts that decide.',
    access: 'signed-in',
    audit: null,
    body: ExplainRequestSchema,
    response: ExplainAnswerSchema,
    status: 200,
  },
  cancelBuild: {
    method: 'POST',
    path: '/v1/builds/:build/cancel',
    summary: 'Ends a build that waits or runs, and the deploy it is for; answers once nothing of it is left.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'build.cancel',
    response: BuildSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
