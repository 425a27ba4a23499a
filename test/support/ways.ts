import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

export type Certificate = 'valid' | 'expired' | 'early' | 'elsewhere' | 'self-signed';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** PEM file of the authority that signed all certificates but the self-signed one. */
export const authorityFile = fixture('authority.pem');

export const certificateFile = (name: Certificate): string => fixture(`${name}.pem`);

/** Where a server on the way leads to. */
export type Upstream = { port: number } | { socketPath: string };

function dial(upstream: Upstream, from: Socket, connected: () => void): Socket {
  const onward =
    'port' in upstream
      ? connect(upstream.port, '127.0.0.1', connected)
      : connect(upstream.socketPath, connected);
  return onward.on('error', () => from.destroy());
}

/** Passes bytes on both ways; `pipe` alone leaves one side open when the other is destroyed. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}

const toRequest = (upstream: Upstream) =>
  'port' in upstream ? { host: '127.0.0.1', port: upstream.port } : upstream;

export interface Running {
  port: number;
  server: Server;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<Running> {
  const sockets = new Set<Socket>();
  const remember = (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    socket.on('error', () => undefined);
  };
  server.on('connection', remember).on('secureConnection', remember);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async close() {
      const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** An HTTPS server with one of the certificates. */
async function serveSecurely(certificate: Certificate, handler: RequestListener): Promise<Running> {
  const pair = {
    cert: readFileSync(fixture(`${certificate}.pem`)),
    key: readFileSync(fixture(`${certificate}.key`)),
  };
  return await listen(createSecureServer(pair, handler));
}

/** Ends TLS in front of a plain HTTP server, upgrades too, as a load balancer does. */
export async function terminateTls(certificate: Certificate, upstream: Upstream): Promise<Running> {
  const running = await serveSecurely(certificate, (incoming, response) => {
    const { method, url, headers } = incoming;
    const sent = request({ ...toRequest(upstream), method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    incoming.pipe(sent);
  });
  running.server.on('upgrade', (incoming, socket: Socket, head: Buffer) => {
    const onward = dial(upstream, socket, () => {
      const lines = incoming.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
      );
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      join(socket, onward);
    });
  });
  return running;
}

export interface ProxyOptions {
  /** `user:password` it asks for. */
  credentials?: string;
  /** Answers every request with this status. */
  refuseWith?: number;
  /** Where every host leads to. */
  upstream: Upstream;
}

export interface Proxy extends Running {
  /** `CONNECT host:port` and `GET http://…` as they came. */
  readonly seen: string[];
}

/** An HTTP proxy: tunnels, and plain requests as a whole. It resolves every host to the upstream. */
export async function startProxy({ credentials, refuseWith, upstream }: ProxyOptions): Promise<Proxy> {
  const seen: string[] = [];
  const refusal = (authorization: string | undefined): number | undefined => {
    if (refuseWith !== undefined) return refuseWith;
    if (credentials === undefined) return undefined;
    return authorization === `Basic ${Buffer.from(credentials).toString('base64')}` ? undefined : 407;
  };
  const running = await listen(
    createServer((incoming, response) => {
      const { method, url = '', headers } = incoming;
      seen.push(`${method} ${url}`);
      const refused = refusal(headers['proxy-authorization']);
      if (refused !== undefined) {
        response.writeHead(refused, { 'content-type': 'text/html' }).end('<h1>no</h1>');
        return;
      }
      const { pathname, search } = new URL(url);
      const options = { ...toRequest(upstream), method, path: pathname + search, headers };
      const sent = request(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      sent.on('error', () => response.destroy());
      incoming.pipe(sent);
    }),
  );
  running.server.on('connect', (incoming, socket: Socket, head: Buffer) => {
    seen.push(`CONNECT ${incoming.url}`);
    const refused = refusal(incoming.headers['proxy-authorization']);
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = dial(upstream, socket, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      join(socket, onward);
    });
  });
  return { ...running, seen };
}
