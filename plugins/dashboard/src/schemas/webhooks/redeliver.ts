import { NameSchema } from '@rig-ops/contract/resources';
import { Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  name: NameSchema,
  queued: Type.Integer({ description: 'Messages that were sent again, or will be.' }),
  delivery: Type.Union([Type.String(), Type.Null()], {
    description: 'The one that was sent; null with --failed.',
  }),
});
