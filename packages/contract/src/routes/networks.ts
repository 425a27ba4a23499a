import Type from 'typebox';
import { description } from '../resources/describe.ts';
import { NameSchema, NetworkDetailsSchema, NetworkSchema } from '../resources.ts';
import { Done, listOf, type Route } from './route.ts';

/** Of a kubeconfig with one context. */
const MOST_KUBECONFIG = 256 * 1024;

const CreateNetworkSchema = Type.Object(
  {
    name: NameSchema,
    engine: Type.Optional(Type.String(description('What its apps run on; as the platform when absent.'))),
    kubeconfig: Type.Optional(
      Type.String({
        ...description(
          'The cluster of its apps: a kubeconfig with one context, as JSON, with everything in it. It is kept, and never shown.',
        ),
        maxLength: MOST_KUBECONFIG,
      }),
    ),
  },
  { additionalProperties: false },
);

const DestroyNetworkQuerySchema = Type.Object(
  {
    abandon: Type.Optional(
      Type.Literal(
        '1',
        description(
          'What is left of a network that was destroyed before stays where it is, and is asked for no more.',
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

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
    body: CreateNetworkSchema,
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
    query: DestroyNetworkQuerySchema,
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
