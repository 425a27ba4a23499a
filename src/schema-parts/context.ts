import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

export const ContextSchema = Type.Object(
  {
    name: Type.String(description('Its name; `embedded` is the platform of this machine.')),
    kind: literals(['embedded', 'remote'], 'Whether rig starts it itself.'),
    url: nullable(Type.String(), 'Address of the platform; null for the embedded one.'),
    current: Type.Boolean(description('Whether commands talk to it.')),
    credentials: literals(
      ['keyring', 'file', 'none', 'platform', 'environment'],
      'Where the token is; `none` after a logout, `platform` is the folder of the embedded one.',
    ),
    user: nullable(Type.String(), 'Whose token it is; null where the platform was not asked.'),
    expiresAt: nullable(Type.String(), 'When the token ends (RFC 3339, UTC); null for never or unknown.'),
  },
  { $id: 'Context', description: 'A platform rig knows.' },
);
