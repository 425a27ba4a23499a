import Type, { type Static } from 'typebox';
import { description } from './describe.ts';

export const IdentitySchema = Type.Object(
  {
    user: Type.String(description('Name of the user the credentials belong to.')),
    role: Type.String(description('What the user may do.')),
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
