import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

/** It is there on every platform, and stays. */
export const DEFAULT_NETWORK = 'default';

export const NetworkSchema = Type.Object(
  {
    name: NameSchema,
    apps: Type.Integer(description('How many apps are in it.')),
    engine: Type.String(description('What its apps run on: `process`, `docker` or `kubernetes`.')),
    cluster: nullable(
      Type.Object({
        context: Type.String(description('Context of the kubeconfig it was made with.')),
        server: Type.String(description('Address of its API server.')),
      }),
      'The cluster that its apps run on; null for an engine without clusters, and where the platform itself says which.',
    ),
    discovery: literals(
      ['variables', 'names'],
      'How its apps find one another: by `RIG_<APP>_URL` in their environment, or by name as well.',
    ),
    isolated: Type.Boolean(
      description(
        'Whether apps of other networks are kept out. Where not, they are not told where its apps are, but could reach them.',
      ),
    ),
    problem: Type.Optional(
      Type.Object(
        {
          message: Type.String(description('What is in the way.')),
          fix: Type.String(description('What to do about it.')),
        },
        description(
          'Why nothing can be started in it now; absent when something can, and where several networks are asked for.',
        ),
      ),
    ),
    createdAt: timestamp('When it was created'),
    createdBy: nullable(Type.String(), 'User who created it; null for the one that is always there.'),
  },
  { $id: 'Network', description: 'A group of apps that can find one another and share an access policy.' },
);

export const NetworkDetailsSchema = Type.Object(
  {
    ...NetworkSchema.properties,
    members: Type.Array(NameSchema, description('Names of its apps.')),
  },
  { $id: 'NetworkDetails', description: 'A network with its apps.' },
);

export type Network = Static<typeof NetworkSchema>;
export type NetworkDetails = Static<typeof NetworkDetailsSchema>;
