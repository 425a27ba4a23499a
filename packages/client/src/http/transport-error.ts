import { isRigError, RigError } from '@rig-ops/contract/errors';
import { placeOf, type Target } from '../target.ts';

/** Node's codes for a connection that broke after it was made. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
/** OpenSSL's and Node's codes for a certificate that cannot be trusted (`man verify`, "Diagnostics"). */
const distrust = /CERT|^UNABLE_TO_|^ERR_TLS_|^HOSTNAME_MISMATCH$/;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it took too long',
  EACCES: 'you are not permitted to connect',
  EPROTO: 'it does not speak TLS',
};

/** What went wrong on the way to the platform, as `unreachable` or `connection_lost`; rig's own errors pass. */
export function toTransportError(error: unknown, target: Target): RigError {
  if (isRigError(error)) return error;
  const code = transportCode(error);
  const platform = `The platform "${target.name}" at ${placeOf(target)}`;
  if (broken.has(code)) {
    return new RigError('connection_lost', `${platform} ended the connection before it had answered.`, {
      cause: error,
    });
  }
  if (distrust.test(code)) {
    return new RigError('unreachable', `${platform} has a certificate that is not trusted (${code}).`, {
      hint: 'Set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.',
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
