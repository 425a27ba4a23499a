import { isRigError, RigError } from '@rig-ops/contract/errors';
import { toStoreError } from '../store/store-error.ts';

const fastifyErrors: Readonly<Record<string, () => RigError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new RigError('body_too_large', 'The body is larger than this route accepts.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new RigError('malformed_json', 'The content-type of the body is not one this route accepts.', {
      hint: 'Use application/json, or application/octet-stream for packs.',
    }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new RigError('invalid_input', 'The body is not as long as its content-length says.'),
  FST_ERR_BAD_URL: () => new RigError('invalid_input', 'The URL is not properly encoded.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new RigError('invalid_input', 'A part of the URL is too long.'),
};

/** What a handler or Fastify threw as what the client is told; undefined when it is nothing rigd foresaw. */
export function toApiError(thrown: unknown): RigError | undefined {
  const error = toStoreError(thrown);
  if (isRigError(error)) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RigError('disk_full', 'The disk of the platform is full.', { cause: error });
  }
  const known = typeof code === 'string' ? fastifyErrors[code] : undefined;
  if (known !== undefined) return known();
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new RigError('invalid_input', 'The request is not proper HTTP.', { cause: error });
  }
  return undefined;
}
