export { LogRecordSchema as recordSchema } from '@rig-ops/contract/log-record';
