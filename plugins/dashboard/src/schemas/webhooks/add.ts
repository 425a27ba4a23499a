export { WebhookWithSecretSchema as resultSchema } from '@rig-ops/contract/resources';
