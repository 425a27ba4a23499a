import { WebhookSchema } from '@rig-ops/contract/resources';
import { listOf } from '@rig-ops/contract/schema';

export const resultSchema = listOf('webhooks', WebhookSchema);
