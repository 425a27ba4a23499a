import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';

/** Codes that, once the program runs, mean that its exit status will not come any more. */
const lost = new Set(['connection_lost', 'unreachable', 'cancelled']);

/**
 * A failure of rig itself while a program runs: `origin: "rig"` in its details tells it apart from a
 * program that ended with the same exit code.
 */
export function toSessionError(cause: unknown, session: { session: string; instance: string }): RigError {
  const error = isRigError(cause)
    ? cause
    : new RigError('unexpected', cause instanceof Error ? cause.message : String(cause), { cause });
  const where = { origin: 'rig', ...session };
  if (!lost.has(error.code)) {
    return RigError.fromDocument({ ...toErrorDocument(error), details: { ...error.details, ...where } });
  }
  const message = `The connection to ${session.instance} was lost before the exit status of the program arrived: ${error.message}`;
  return new RigError('remote_connection_lost', message, { details: where, cause: error });
}
