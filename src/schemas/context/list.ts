import { description, listOf, literals, nullable, Type } from '@rig-ops/contract/schema';

const ContextSchema = Type.Object(
  {
    name: Type.String(description('Its name; `embedded` is the platform of this machine.')),
    kind: literals(['embedded', 'remote'], 'Whether rig starts it itself.'),
    url: nullable(Type.String(), 'Address of the platform; null for the embedded one.'),
    current: Type.Boolean(description('Whether commands talk to it.')),
  },
  { $id: 'Context', description: 'A platform rig knows.' },
);

export const resultSchema = listOf('contexts', ContextSchema);
