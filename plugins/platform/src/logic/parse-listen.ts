import { resolve } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { isLoopback } from '@rig-ops/contract/loopback';
import type { ListenSettings } from '@rig-ops/contract/supervisor';

interface ListenFlags {
  listen?: string | undefined;
  'tls-cert'?: string | undefined;
  'tls-key'?: string | undefined;
  'public-url'?: string | undefined;
  insecure: boolean;
}

/**
 * Where the platform is to listen beyond its own port: undefined when nothing was said, null for nowhere.
 * Paths are relative to `cwd`.
 * @throws RigError `invalid_input`, `tls_required`
 */
export function parseListen(flags: ListenFlags, cwd: string): ListenSettings | null | undefined {
  const { listen, insecure } = flags;
  if (listen === undefined) return undefined;
  if (listen === 'off') return null;
  const { cert, key } = { cert: flags['tls-cert'], key: flags['tls-key'] };
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:\s[\]]+)):(\d{1,5})$/i.exec(listen) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new RigError('invalid_input', `"${listen}" is no address and port.`, {
      hint: 'Give it as 0.0.0.0:7443, [::]:7443, or off.',
    });
  }
  const publicUrl = publicUrlOf(flags['public-url']);
  if (cert === undefined || key === undefined) {
    if (!insecure && !isLoopback(host)) {
      throw new RigError('tls_required', `The platform does not listen on ${host} without TLS.`);
    }
    return { host, port: Number(port), tls: null, insecure, publicUrl };
  }
  const tls = { cert: resolve(cwd, cert), key: resolve(cwd, key) };
  return { host, port: Number(port), tls, insecure, publicUrl };
}

/** @throws RigError `invalid_input` for what is more, or less, than the beginning of a URL */
function publicUrlOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  const isOrigin =
    url !== null && ['https:', 'http:'].includes(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin) return url.origin;
  throw new RigError('invalid_input', `"${text}" is no address that a proxy can have for the platform.`, {
    hint: 'Give it as https://rig.example.com, without a path.',
  });
}
