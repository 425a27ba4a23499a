import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';
import { SUPERVISOR_PROTOCOL } from '@rig-ops/contract/supervisor';

/** A client may say which protocol it speaks; one that differs is refused. */
const PROTOCOL_HEADER = 'x-rig-supervisor-protocol';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Throws `not_authenticated` without the cookie, `conflict`-like `platform_running` for another protocol. */
export function checkAccess({ headers }: IncomingMessage, cookie: string): void {
  // Digests have one length, which is what a comparison in constant time needs.
  if (!timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${cookie}`))) {
    throw new RigError('not_authenticated', 'The supervisor does not know these credentials.');
  }
  const protocol = headers[PROTOCOL_HEADER];
  if (protocol !== undefined && protocol !== String(SUPERVISOR_PROTOCOL)) {
    throw new RigError(
      'platform_running',
      `The supervisor speaks protocol ${SUPERVISOR_PROTOCOL}, the client ${String(protocol)}.`,
    );
  }
}
