import { isRigError, RigError } from '@rig-ops/contract/errors';
import { placeOf, type Target } from '../target.ts';
import { toCertificateError } from './certificate-error.ts';
import { toProxyError } from './proxy-error.ts';

/** Node's codes for a connection that broke after it was made. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it took too long',
  EACCES: 'you are not permitted to connect',
};

/**
 * What went wrong on the way to the platform: `unreachable`, `connection_lost`, `proxy_failed` or one of
 * the certificate errors; rig's own errors pass.
 */
export function toTransportError(error: unknown, target: Target): RigError {
  if (isRigError(error)) return error;
  const code = transportCode(error);
  const platform = `The platform "${target.name}" at ${placeOf(target)}`;
  const special = toCertificateError(error, code, target) ?? toProxyError(error, code, target);
  if (special !== undefined) return special;
  if (broken.has(code)) {
    return new RigError('connection_lost', `${platform} ended the connection before it had answered.`, {
      ...('url' in target && target.url.startsWith('http:')
        ? { hint: 'Run `rig doctor`. If the platform speaks TLS, its address begins with https://.' }
        : {}),
      cause: error,
    });
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new RigError('unreachable', `${platform} does not answer: it does not speak TLS.`, {
      hint: 'Check its address: without TLS it begins with http://.',
      cause: error,
    });
  }
  const text = error instanceof Error ? error.message : String(error);
  const reason = reasons[code] ?? (code.startsWith('HPE_') ? 'it does not speak HTTP' : code || text);
  return new RigError('unreachable', `${platform} does not answer: ${reason}.`, {
    hint: hintFor(target),
    cause: error,
  });
}

function hintFor(target: Target): string {
  if (!('url' in target)) return 'Run `rig platform status`.';
  return target.name === 'RIG_URL' ? 'Check RIG_URL.' : 'Check its address: `rig context list`.';
}

/** The code of a system error, also of the first of several that a dual-stack connect collects; '' without one. */
export function transportCode(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? transportCode(errors[0]) : '';
}
