import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Target } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import { isLoopback } from '@rig-ops/contract/loopback';
import { platformLayout } from '@rig-ops/contract/layout';
import type { PlatformRecord } from '@rig-ops/contract/supervisor';

/**
 * Where a browser reaches a platform, without a slash at its end. The command line talks to the embedded one by
 * a socket that no browser can open, and has to look up the port.
 * @throws RigError `unreachable`, `pages_not_served`
 */
export async function pagesUrl(target: Target, rigHome: string): Promise<string> {
  if (!('url' in target)) return urlOfEmbedded(rigHome);
  const { hostname, origin, pathname, protocol } = new URL(target.url);
  if (pathname !== '/') {
    throw new RigError('pages_not_served', `The platform is below ${pathname}, and its pages are not.`, {
      hint: 'Make a context with the URL of the platform itself: `rig login URL`.',
    });
  }
  if (protocol === 'http:' && !isLoopback(hostname) && isIP(hostname.replaceAll(/^\[|\]$/g, '')) === 0) {
    throw new RigError(
      'pages_not_served',
      `Over plain HTTP the platform lets no pages in under ${hostname}.`,
      {
        hint: 'Start it with TLS (`rig platform start --tls-cert`), or use its address in place of its name.',
      },
    );
  }
  return origin;
}

async function urlOfEmbedded(rigHome: string): Promise<string> {
  try {
    const record = JSON.parse(
      await readFile(platformLayout(rigHome).platformRecord, 'utf8'),
    ) as PlatformRecord;
    return new URL(record.url).origin;
  } catch (cause) {
    throw new RigError('unreachable', 'It is not known where the platform on this machine listens.', {
      hint: 'Run `rig platform status`.',
      cause,
    });
  }
}
