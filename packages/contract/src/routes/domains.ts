import Type from 'typebox';
import { DomainsSchema } from '../resources.ts';
import type { Route } from './route.ts';

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 50, description }));

export const domainsRoutes = {
  getDomains: {
    method: 'GET',
    path: '/v1/apps/:app/domains',
    summary: 'The host names of an app.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: DomainsSchema,
    status: 200,
  },
  changeDomains: {
    method: 'POST',
    path: '/v1/apps/:app/domains',
    summary: 'Gives an app host names, and takes others from it.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'app.domains',
    body: Type.Object(
      {
        add: names('Host names to route to it.'),
        remove: names('Host names to route to it no more.'),
        check: Type.Optional(
          Type.Boolean({ description: 'Only find out whether it can be done; nothing is changed.' }),
        ),
      },
      { additionalProperties: false },
    ),
    response: DomainsSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
