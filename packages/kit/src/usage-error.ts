import { isRigError } from '@rig-ops/contract/errors';

/**
 * Marks an error of parsing as oclif marks most of its own: with `parse`. The one about a flag's value,
 * as in `--limit abc`, comes without the mark and would pass for a failure nobody foresaw.
 */
export function toUsageError(error: unknown): unknown {
  if (isRigError(error) || !(error instanceof Error) || !('oclif' in error) || 'parse' in error) return error;
  const message = error.message.replace(/^Parsing (--\S+) \n\t/, '$1: ');
  return Object.assign(error, { message, parse: {} });
}
