import Type, { type Static } from 'typebox';
import { RoleSchema, UserKindSchema } from './access.ts';
import { description, nullable } from './describe.ts';

export const IdentitySchema = Type.Object(
  {
    user: Type.String(description('Name of the user the credentials belong to.')),
    kind: UserKindSchema,
    role: Type.String(
      description('The widest role on the whole platform; `none` without one, whatever there is at apps.'),
    ),
    bindings: Type.Array(
      Type.Object({
        role: RoleSchema,
        target: Type.String(description('`platform`, `network/NAME` or `app/NAME`.')),
      }),
      description('Every role that holds.'),
    ),
    token: Type.Object(
      {
        id: nullable(Type.String(), 'Id of the token; null for the one kept in the folder of the platform.'),
        name: Type.String(description('What the token is for.')),
        expiresAt: nullable(Type.String(), 'When it ends; null for never (RFC 3339, UTC).'),
      },
      description('The token that was used.'),
    ),
  },
  { $id: 'Identity', description: 'Whom the platform takes you for.' },
);

export type Identity = Static<typeof IdentitySchema>;

export const VersionSchema = Type.Object(
  {
    version: Type.String(description('Version of rigd.')),
    api: Type.String(description('Major version of the API.')),
  },
  { $id: 'Version', description: 'What answers here.' },
);

export type Version = Static<typeof VersionSchema>;
