// An app as people write them: answers with its name, and ends on SIGTERM once its requests are done.
//   node upstream-main.ts NAME
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const name = process.argv[2] ?? '';
const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.once('end', () => {
    const wait = Number(new URL(request.url ?? '/', 'http://app').searchParams.get('wait') ?? 0);
    setTimeout(() => response.end(`${name} ${bytes}`), wait);
  });
});
// Short, so that connections kept by the edge are often met while they are being closed.
server.keepAliveTimeout = 20;
server.listen({ port: 0, host: '127.0.0.1' }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
