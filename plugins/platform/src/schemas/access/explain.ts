export { DecisionSchema as resultSchema } from '@rig-ops/contract/resources';
