export { WebhookDeliveryDetailsSchema as resultSchema } from '@rig-ops/contract/resources';
