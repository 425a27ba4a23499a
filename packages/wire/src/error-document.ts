import type { ErrorDocument } from '@rig-ops/contract/errors';
import { violation } from './violation.ts';

/**
 * Checks the error that a CLOSE carries; undefined for an orderly end.
 * @throws RigError remote_protocol
 */
export function readErrorDocument(json: unknown): ErrorDocument | undefined {
  if (json === undefined) return undefined;
  if (typeof json !== 'object' || json === null) throw violation('a CLOSE without an error document');
  const { code, message, hint, exitCode } = json as Record<string, unknown>;
  if (
    typeof code !== 'string' ||
    typeof message !== 'string' ||
    typeof hint !== 'string' ||
    typeof exitCode !== 'number' ||
    !Number.isInteger(exitCode) ||
    exitCode < 0 ||
    exitCode > 255
  ) {
    throw violation('a CLOSE with an incomplete error document');
  }
  return json as ErrorDocument;
}
