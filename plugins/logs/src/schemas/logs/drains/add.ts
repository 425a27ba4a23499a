export { LogDrainSchema as resultSchema } from '@rig-ops/contract/resources';
