import { RigError } from '@rig-ops/contract/errors';
import { placeOf, type Target } from '../target.ts';

/** OpenSSL's and Node's codes for a certificate that cannot be trusted (`man verify`, "Diagnostics"). */
const distrust = /CERT|^UNABLE_TO_|^ERR_TLS_|^HOSTNAME_MISMATCH$/;

interface CertificateFailure {
  /** What Node hangs on the error of a host name that does not match. */
  cert?: { subject?: { CN?: string }; subjectaltname?: string };
}

/** A failure to trust the platform's certificate, with what to do about it; undefined for any other. */
export function toCertificateError(error: unknown, code: string, target: Target): RigError | undefined {
  if (!distrust.test(code) || !('url' in target)) return undefined;
  const certificate = `The certificate of the platform "${target.name}" at ${placeOf(target)}`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const what = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return new RigError(
      'certificate_expired',
      `${certificate} ${what}; the clock of this machine says ${new Date().toISOString()}.`,
      { cause: error },
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    const { subject, subjectaltname } = (error as CertificateFailure).cert ?? {};
    const names = subjectaltname?.replaceAll(/(?:DNS|IP Address):/g, '') ?? subject?.CN;
    const issued = names === undefined ? 'another host' : names;
    return new RigError('certificate_wrong_host', `${certificate} was issued for ${issued}.`, {
      cause: error,
    });
  }
  return new RigError('certificate_untrusted', `${certificate} is ${describeDistrust(code, target)}.`, {
    hint: hintFor(target),
    cause: error,
  });
}

function describeDistrust(code: string, { ca }: { ca?: string }): string {
  const by =
    ca === undefined ? 'an authority this machine does not trust' : 'another authority than the one given';
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return `signed by nobody but itself (${code})`;
  if (code === 'CERT_REVOKED') return `revoked (${code})`;
  return `signed by ${by} (${code})`;
}

function hintFor(target: Target & { url: string }): string {
  if (target.name === 'RIG_URL') return 'Set RIG_CA to the file of the authority that signed it.';
  return `If you trust it, give the file of the authority that signed it: \`rig login ${target.url} --ca FILE\`.`;
}
