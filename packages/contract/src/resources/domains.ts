import Type, { type Static } from 'typebox';
import { description, nullable } from './describe.ts';
import { NameSchema } from './names.ts';

export const DomainsSchema = Type.Object(
  {
    app: NameSchema,
    domains: Type.Array(Type.String(), description('Host names that the edge routes to the app, by name.')),
    edgePort: nullable(
      Type.Integer(),
      'Port at which the edge routes by host name; null while it does not listen.',
    ),
  },
  { $id: 'Domains', description: 'The host names of an app, beside `<app>.localhost`.' },
);

export type Domains = Static<typeof DomainsSchema>;
