import { RoleSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  revoked: Type.Object(
    {
      user: Type.String(description('Who had it.')),
      role: RoleSchema,
      target: Type.String(description('Where: `platform`, `network/NAME` or `app/NAME`.')),
    },
    description('The role that was taken.'),
  ),
});
