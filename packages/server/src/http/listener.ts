import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { RigError } from '@rig-ops/contract/errors';
import { newId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import { answerError } from './answer-error.ts';
import type { Api } from './create-api.ts';
import { sendRawAnswer } from './send-raw-answer.ts';

/** An upload over a slow line takes long; one that stands still is ended by the idle timeout. */
const REQUEST_TIMEOUT_MS = 60 * 60 * 1000;
const HEADERS_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
/** Longer than clients keep idle connections, so that they are the ones to close. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const MAX_CONNECTIONS = 1_000;

const clientErrorOf = (error: Error): RigError => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RigError('headers_too_large', 'The headers of the request are larger than 16 KiB.', {
      hint: 'In a browser: remove the cookies of this host. Whatever else runs on it, at any port, can set some.',
    });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RigError('timed_out', 'The request did not arrive in time.');
  }
  return new RigError('invalid_input', 'The request is not proper HTTP.', { cause: error });
};

/** A unix socket, a port of 127.0.0.1, or one of another address of this machine. */
export type ListenAddress = { socketPath: string } | { port: number; host?: string };

interface ServerPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** Listens on a unix socket or on a port, with TLS when it is given a certificate. */
export class Listener {
  readonly server: Server | HttpsServer;

  constructor(api: Api, log: Logger, tls?: ServerPair) {
    const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS };
    this.server =
      tls === undefined
        ? createServer(timeouts, api)
        : createHttpsServer({ ...timeouts, handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS, ...tls }, api);
    this.server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
    this.server.setTimeout(IDLE_TIMEOUT_MS);
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.on('clientError', (error, socket) => {
      sendRawAnswer(socket, answerError(clientErrorOf(error), newId('req'), log));
    });
  }

  /**
   * @returns the port; 0 for a unix socket
   * @throws RigError `port_taken`
   */
  async listen(address: ListenAddress): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once('error', reject);
    if ('port' in address) this.server.listen(address.port, address.host ?? '127.0.0.1', resolve);
    else this.server.listen(address.socketPath, resolve);
    try {
      await promise;
    } catch (cause) {
      if (!('port' in address) || (cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new RigError('port_taken', `Another program listens on port ${address.port}.`, {
        cause,
        details: { port: address.port },
      });
    } finally {
      this.server.off('error', reject);
    }
    const bound = this.server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  /** Lets requests under way finish for up to `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeIdleConnections();
    const timer = setTimeout(() => this.server.closeAllConnections(), graceMs);
    await promise;
    clearTimeout(timer);
  }
}
