import { createServer, type Server } from 'node:http';

/** What an instance of the fake engine does instead of running a program. */
export type FakeProgram =
  /** Answers every HTTP request on `host` and `port`, by default 127.0.0.1 and PORT of its environment. */
  | { does: 'serve'; status?: number; host?: string; port?: number }
  /** Lives until it is stopped. */
  | { does: 'wait' }
  /** Ends by itself, as soon as it was started. */
  | { does: 'exit'; exitCode: number }
  /** Cannot be started. */
  | { does: 'fail'; error: string };

/** A server as a `serve` program has it. */
export async function serveFake(
  program: Extract<FakeProgram, { does: 'serve' }>,
  env: Record<string, string>,
): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(program.status ?? 200, { 'content-type': 'text/plain' });
    response.end(`${env['RIG_APP'] ?? ''} v${env['RIG_RELEASE'] ?? ''} ${request.url ?? ''}\n`);
  });
  const port = program.port ?? Number(env['PORT'] ?? 0);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, program.host ?? '127.0.0.1', () => resolve());
  });
  return server;
}

/** Closes a server and every connection to it. */
export async function stopServing(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
