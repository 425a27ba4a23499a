import { WebhookDeliveryDetailsSchema, WebhookDeliverySchema } from '@rig-ops/contract/resources';
import { listOf, Type } from '@rig-ops/contract/schema';

const { payload, tries, ...delivery } = WebhookDeliveryDetailsSchema.properties;

export const resultSchema = Type.Object({
  ...listOf('deliveries', WebhookDeliverySchema).properties,
  deliveries: Type.Array(
    Type.Object({ ...delivery, payload: Type.Optional(payload), tries: Type.Optional(tries) }),
    { description: 'Messages, newest first; the one that was named with its body and attempts.' },
  ),
});
