export { WebhookSchema as resultSchema } from '@rig-ops/contract/resources';
