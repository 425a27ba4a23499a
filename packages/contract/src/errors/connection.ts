import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** What stands between a client and a platform that would answer. */
export const connectionErrors = {
  certificate_untrusted: entry(
    ExitCode.unreachable,
    503,
    "Nobody that this machine trusts vouches for the platform's certificate.",
    'If the platform has an authority of its own: `rig login URL --ca FILE`.',
  ),
  certificate_expired: entry(
    ExitCode.unreachable,
    503,
    "The platform's certificate has expired or is not valid yet, by the clock of this machine.",
    'Have the certificate renewed, or set the clock of this machine.',
  ),
  certificate_wrong_host: entry(
    ExitCode.unreachable,
    503,
    "The platform's certificate was issued for another host name.",
    'Use the host name the certificate was issued for.',
  ),
  proxy_failed: entry(
    ExitCode.unreachable,
    503,
    'The proxy on the way to the platform refused or failed.',
    'Check HTTPS_PROXY, or list the host of the platform in NO_PROXY.',
  ),
} as const satisfies Record<string, ErrorEntry>;
