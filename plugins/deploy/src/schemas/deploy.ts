import { description, Type } from '@rig-ops/contract/schema';
import { switchOver } from '../schema-parts/switch-over.ts';

export const resultSchema = Type.Object({
  ...switchOver,
  bundle: Type.Object(
    {
      id: Type.String(description('Digest of its content.')),
      files: Type.Integer(description('How many files it has.')),
      bytes: Type.Integer(description('Their size in bytes.')),
      sentBytes: Type.Integer(description('What went over the wire, in bytes.')),
      reusedBytes: Type.Integer(description('What the platform had already, in bytes.')),
    },
    description('What was uploaded.'),
  ),
});
