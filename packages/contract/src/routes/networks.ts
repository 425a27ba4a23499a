import Type from 'typebox';
import { NameSchema, NetworkDetailsSchema, NetworkSchema } from '../resources.ts';
import { Done, listOf, type Route } from './route.ts';

export const networksRoutes = {
  listNetworks: {
    method: 'GET',
    path: '/v1/networks',
    summary: 'The networks, by name.',
    access: { verb: 'network.read', on: 'each' },
    audit: null,
    response: listOf('networks', NetworkSchema),
    status: 200,
  },
  createNetwork: {
    method: 'POST',
    path: '/v1/networks',
    summary: 'Creates a network.',
    access: { verb: 'network.manage', on: 'platform' },
    audit: 'network.create',
    body: Type.Object({ name: NameSchema }, { additionalProperties: false }),
    response: NetworkSchema,
    status: 201,
  },
  getNetwork: {
    method: 'GET',
    path: '/v1/networks/:network',
    summary: 'One network with its apps.',
    access: { verb: 'network.read', on: 'network' },
    audit: null,
    response: NetworkDetailsSchema,
    status: 200,
  },
  destroyNetwork: {
    method: 'DELETE',
    path: '/v1/networks/:network',
    summary: 'Removes a network without apps, and the roles that were given at it.',
    access: { verb: 'network.manage', on: 'network' },
    audit: 'network.destroy',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
