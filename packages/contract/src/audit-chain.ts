export { canonicalJson } from './audit-chain/canonical-json.ts';
export {
  type ChainedRecord,
  chainRecord,
  lineOfRecord,
  NO_HASH,
  recordHash,
  recordOfLine,
} from './audit-chain/chained-record.ts';
export { type ChainProblem, type ChainVerdict, ChainVerifier } from './audit-chain/chain-verifier.ts';
export {
  type CheckpointStatement,
  decodePublicKey,
  encodePublicKey,
  fingerprintOf,
  hashOfCheckpoint,
  readCheckpoint,
  signCheckpoint,
} from './audit-chain/checkpoint.ts';
