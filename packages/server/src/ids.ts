export { ID_PATTERN, newId } from '@rig-ops/contract/ids';
