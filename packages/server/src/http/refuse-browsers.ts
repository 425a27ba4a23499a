import type { IncomingHttpHeaders } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Guards the listener on loopback against web pages open in a browser on this machine: a page of a name that
 * was rebound to 127.0.0.1 shows in `Host`, any other page's script in `Origin`.
 * With `anyHost`, only the latter.
 * @throws RigError `not_permitted`
 */
export function refuseBrowsers(headers: IncomingHttpHeaders, { anyHost = false } = {}): void {
  // Other machines know this one by names that it does not know itself.
  if (!anyHost && (headers.host === undefined || !LOOPBACK_HOST.test(headers.host))) {
    throw new RigError('not_permitted', 'The Host header of the request does not name this machine.', {
      hint: 'Use the URL that `rig platform status` shows.',
    });
  }
  if (headers.origin !== undefined) {
    throw new RigError('not_permitted', 'Web pages may not use this API.', {
      hint: 'Send the request from a program; it carries no Origin header.',
    });
  }
}
