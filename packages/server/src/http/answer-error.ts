import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Logger } from '../logger.ts';
import { toApiError } from './to-api-error.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly error: ErrorDocument;
}

/** What the client is told about an error. One that nobody foresaw is logged whole and told without its internals. */
export function answerError(thrown: unknown, requestId: string, log: Logger): ErrorAnswer {
  const foreseen = toApiError(thrown);
  if (foreseen === undefined) log.error('Request failed unexpectedly', { requestId, error: thrown });
  const error =
    foreseen ??
    new RigError('unexpected', 'The platform failed in a way it did not foresee.', {
      hint: 'Report this with the request id; `rig platform logs --part rigd` has the details.',
    });
  return { status: error.httpStatus, error: { ...toErrorDocument(error), requestId } };
}
