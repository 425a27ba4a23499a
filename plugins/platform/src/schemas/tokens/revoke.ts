import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  revoked: Type.String(description('Id of the token that is refused from now on.')),
});
