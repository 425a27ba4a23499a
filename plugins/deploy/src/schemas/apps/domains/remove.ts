export { DomainsSchema as resultSchema } from '@rig-ops/contract/resources';
