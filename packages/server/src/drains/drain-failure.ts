import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { DrainTarget } from './drain-sink.ts';

/** What a sink threw as an error people can act on; `drain_failed` unless it is rig's own already. */
export function toDrainFailure(error: unknown, { hostname, port }: DrainTarget): RigError {
  if (isRigError(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new RigError('drain_failed', `${hostname}:${port} did not take the records: ${code ?? message}.`, {
    cause: error,
  });
}
