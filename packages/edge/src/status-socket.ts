import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Edge } from './edge.ts';

/** How long a question for a generation is held, in milliseconds. */
const HOLD_MS = 10_000;

/**
 * Answers on a unix socket (0600): `GET /v1/status?generation=N`, once generation N is applied or after 10 s,
 * and `GET /v1/metrics?app=ID` at once: with `epoch` and `after` (its `tick`) only what is new after that answer.
 */
export async function serveStatus(edge: Edge, path: string, look: () => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    if (request.method === 'GET' && url.pathname === '/v1/metrics') {
      const { searchParams } = url;
      const [epoch, tick] = [searchParams.get('epoch'), Number(searchParams.get('after'))];
      const after = epoch === null || !Number.isSafeInteger(tick) ? undefined : { epoch, tick };
      const metrics = edge.metrics(searchParams.get('app') ?? undefined, after);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metrics));
      return;
    }
    if (request.method !== 'GET' || url.pathname !== '/v1/status') {
      response.writeHead(404).end();
      return;
    }
    const generation = Number(url.searchParams.get('generation') ?? 0);
    const answer = async () => {
      // Whoever asks for a generation has just written it.
      await look();
      await edge.untilApplied(generation, HOLD_MS);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(edge.status()));
    };
    answer().catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  // One edge at a time is the supervisor's care; what lies here is the socket of one that was killed.
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}
