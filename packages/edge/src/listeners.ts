import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isUpgrade } from './proxy-upgrade.ts';

type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** Time a client has for the headers of a request, against those who trickle them; bodies take any time. In milliseconds. */
const HEADERS_MS = 15_000;
const HEADERS_CHECK_MS = 2_000;

/** Connections at once, per listener and address. */
const MAX_CONNECTIONS = 10_000;

export interface Handlers {
  request: RequestListener;
  upgrade: UpgradeListener;
  /** Told of what was no request and got this status. */
  malformed: (socket: Socket, status: number) => void;
}

/** Answers to what is no request, by the error Node has for it. */
const refusals = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** A server that streams as long as its client likes, but does not wait forever for headers. */
export function makeServer({ request, upgrade, malformed }: Handlers, headersMs = HEADERS_MS): Server {
  const server = createServer(
    // An idle client is left alone longer than proxies and browsers keep their side open.
    {
      requestTimeout: 0,
      headersTimeout: headersMs,
      connectionsCheckingInterval: Math.min(HEADERS_CHECK_MS, headersMs),
      keepAliveTimeout: 75_000,
      maxHeaderSize: 64 * 1024,
      noDelay: true,
      shouldUpgradeCallback: isUpgrade,
    },
    request,
  );
  server.maxConnections = MAX_CONNECTIONS;
  // Without a listener Node asks for the body at once, before anything is known of the upstream.
  server.on('checkContinue', request);
  server.on('upgrade', upgrade);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const status = refusals.get(error.code ?? '') ?? '400 Bad Request';
    malformed(socket as Socket, Number.parseInt(status, 10));
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  return server;
}

/** @throws NodeJS.ErrnoException as `listen` does */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Tries for a port that is free on both addresses, where the system chooses it. */
const ATTEMPTS = 10;

const LOOPBACK = '127.0.0.1';

/** One port on both loopback addresses, since clients differ in what they take `localhost` for. */
export class LoopbackListener {
  readonly port: number;
  readonly #servers: Server[];
  readonly #upgraded: Set<Socket>;

  private constructor(port: number, servers: Server[], upgraded: Set<Socket>) {
    this.port = port;
    this.#servers = servers;
    this.#upgraded = upgraded;
  }

  /**
   * @param host another address than loopback, which is then the only one
   * @throws NodeJS.ErrnoException when the port cannot be had; a machine without IPv6 goes without `::1`
   */
  static async open(port: number, handlers: Handlers, host: string = LOOPBACK): Promise<LoopbackListener> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await LoopbackListener.#openOnce(port, handlers, host);
      } catch (error) {
        if (port !== 0 || attempt === ATTEMPTS) throw error;
      }
    }
  }

  static async #openOnce(port: number, handlers: Handlers, host: string): Promise<LoopbackListener> {
    const upgraded = new Set<Socket>();
    const counted: Handlers = {
      request: handlers.request,
      malformed: handlers.malformed,
      upgrade(request, socket, head) {
        upgraded.add(socket);
        socket.once('close', () => upgraded.delete(socket));
        handlers.upgrade(request, socket, head);
      },
    };
    const first = makeServer(counted);
    const chosen = await listen(first, host, port);
    const servers = [first];
    if (host !== LOOPBACK) return new LoopbackListener(chosen, servers, upgraded);
    const second = makeServer(counted);
    try {
      await listen(second, '::1', chosen);
      servers.push(second);
    } catch (error) {
      if (!noSuchAddress.has((error as NodeJS.ErrnoException).code ?? '')) {
        first.close();
        throw error;
      }
    }
    return new LoopbackListener(chosen, servers, upgraded);
  }

  /** Takes no more connections; requests under way finish. */
  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  /** Ends every connection, whatever is under way. */
  destroy(): void {
    for (const server of this.#servers) server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
  }
}
