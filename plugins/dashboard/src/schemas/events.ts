import { PlatformEventSchema } from '@rig-ops/contract/resources';
import { Type } from '@rig-ops/contract/schema';

export const recordSchema = Type.Union([
  Type.Object({ type: Type.Literal('event'), ...PlatformEventSchema.properties }),
  Type.Object(
    {
      type: Type.Literal('gap'),
      missed: Type.Integer({ description: 'How many, those among them that the caller may not see.' }),
      before: Type.Union([Type.Integer(), Type.Null()], {
        description: 'Number of the event behind the gap; null where there is none yet.',
      }),
    },
    { description: 'Events that are not kept any more.' },
  ),
]);
