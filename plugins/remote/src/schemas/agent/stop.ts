import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  stopped: Type.Array(
    Type.Object({
      context: Type.String(description('The context it was for.')),
      pid: Type.Integer(description('Its process.')),
    }),
    description('Those that were ended.'),
  ),
});
