import { createServer } from 'node:net';

/** Whether nothing listens on the port of both loopback addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody listening there.
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A range of ports, both ends included. */
export interface PortRange {
  first: number;
  last: number;
}

/** Where instances listen: below the range that Linux hands out for outgoing connections (32768 on). */
export const INSTANCE_PORTS: PortRange = { first: 20_000, last: 29_999 };
/** Where apps listen at the edge. */
export const APP_PORTS: PortRange = { first: 8_100, last: 8_999 };
/** Where they do once those are given away. */
export const FURTHER_APP_PORTS: PortRange = { first: 10_000, last: 19_999 };

/** The first free port from `start` on, going around once; null when there is none. */
export async function findFreePort(
  range: PortRange,
  start: number,
  taken: ReadonlySet<number>,
): Promise<number | null> {
  const size = range.last - range.first + 1;
  for (let step = 0; step < size; step += 1) {
    const port = range.first + ((start - range.first + step) % size);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  return null;
}
