import type { AuditEvent } from '@rig-ops/contract/resources';
import { type ErrorDocument, errorRegistry } from '@rig-ops/contract/errors';

/** Codes with which somebody was turned away; every other failure is one of the thing itself. */
const REFUSALS = new Set<string>(
  Object.entries(errorRegistry)
    .filter(([, { httpStatus }]) => [401, 403, 429].includes(httpStatus))
    .map(([code]) => code),
);

/** How an audit event tells the end of a request. */
export function resultOf(
  error: Pick<ErrorDocument, 'code'> | undefined,
): Pick<AuditEvent, 'result' | 'errorCode'> {
  if (error === undefined) return { result: 'succeeded', errorCode: null };
  return { result: REFUSALS.has(error.code) ? 'refused' : 'failed', errorCode: error.code };
}
