import { RigError } from '@rig-ops/contract/errors';
import { isLoopback } from '@rig-ops/contract/loopback';
import type { ListenSettings } from '@rig-ops/contract/supervisor';
import type { Clock } from './clock.ts';
import type { Api } from './http/create-api.ts';
import { Listener } from './http/listener.ts';
import type { RequestSources } from './http/request-source.ts';
import { TlsFiles } from './http/tls-files.ts';
import type { Logger } from './logger.ts';

interface OpenDoor {
  readonly listener: Listener;
  /** Undefined for plain HTTP. */
  readonly tls: TlsFiles | undefined;
  /** Begins to listen. @returns the URL, with the address that was asked for, or that of the proxy in front of it */
  open(): Promise<string>;
  close(graceMs: number): Promise<void>;
}

/**
 * Makes the listener for other machines.
 * @throws RigError `tls_required` for plain HTTP beyond loopback that was not asked for, `config_unreadable`
 */
export async function listenBeyondLoopback(
  { host, port, tls: paths, insecure, publicUrl: known = null }: ListenSettings,
  { api, sources, clock, log }: { api: Api; sources: RequestSources; clock: Clock; log: Logger },
): Promise<OpenDoor> {
  if (paths === null && !insecure && !isLoopback(host)) {
    throw new RigError('tls_required', `rigd does not listen on ${host} without TLS.`);
  }
  const tls = paths === null ? undefined : await TlsFiles.open({ ...paths, clock, log });
  const listener = new Listener(api, log, tls?.pair);
  const publicUrl = known === null ? undefined : new URL(known);
  if (publicUrl !== undefined)
    listener.server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) =>
      sources.markProxied(socket, publicUrl),
    );
  // On loopback without TLS a browser of this machine may be misled as at the other port.
  if (tls !== undefined || !isLoopback(host)) {
    listener.server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) =>
      sources.markOpen(socket),
    );
  }
  return {
    listener,
    tls,
    async open() {
      const bound = await listener.listen({ host, port });
      if ('setSecureContext' in listener.server) tls?.keep(listener.server);
      if (publicUrl !== undefined) return publicUrl.origin;
      return `http${tls === undefined ? '' : 's'}://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    },
    async close(graceMs) {
      tls?.stop();
      await listener.close(graceMs);
    },
  };
}
