import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A connection to a host without TLS through a proxy (`CONNECT`, RFC 9110, 9.3.6). Node's agent sends
 * plain requests to a proxy as a whole, which an upgrade to WebSocket does not survive (RFC 6455, 4.1,
 * asks for a tunnel). Rejects as Node's agent does: ERR_PROXY_TUNNEL with the status.
 */
export function openTunnel(proxy: string, { host, port }: { host: string; port: number }): Promise<Socket> {
  const url = new URL(proxy);
  const { request } =
    url.protocol === 'https:'
      ? process.getBuiltinModule('node:https')
      : process.getBuiltinModule('node:http');
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      method: 'CONNECT',
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? undefined : Number(url.port),
      path: authority,
      agent: false,
      headers: {
        host: authority,
        ...(user === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
      },
    });
    asking.on('error', reject);
    asking.on('response', (response) => {
      response.destroy();
      reject(refused(response.statusCode));
    });
    asking.on('connect', (response, socket: Duplex) => {
      if (response.statusCode === 200) resolve(socket as Socket);
      else {
        socket.destroy();
        reject(refused(response.statusCode));
      }
    });
    asking.end();
  });
}

function refused(statusCode: number | undefined): Error {
  return Object.assign(new Error(`the proxy answered HTTP ${statusCode}`), {
    code: 'ERR_PROXY_TUNNEL',
    statusCode,
  });
}
