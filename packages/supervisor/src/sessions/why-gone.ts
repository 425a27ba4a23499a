import type { RigError } from '@rig-ops/contract/errors';

/** Codes of what comes between a client and its session. Whoever closes with another has given it up. */
const losses = new Set(['connection_lost', 'unreachable', 'remote_protocol']);
export const isLoss = ({ code }: RigError): boolean => losses.has(code);

/** Exit codes of errors that say: not signed in, not allowed. */
export const isRefusal = ({ exitCode }: RigError): boolean => exitCode === 4 || exitCode === 5;
