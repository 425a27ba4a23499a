import { isRigError } from '@rig-ops/contract/errors';

/** What went wrong and what to do, as one line. */
export function describeProblem(error: unknown): string {
  if (isRigError(error)) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
