export { DrainTestedSchema as resultSchema } from '@rig-ops/contract/resources';
