import { once } from 'node:events';
import { createServer } from 'node:http';

/** Takes whatever it is sent; it ends with the process. */
export async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await once(server.listen(0, '127.0.0.1').unref(), 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
