import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeRoutes } from '@rig-ops/contract/edge';
import { platformLayout } from '@rig-ops/contract/layout';
import { StoredAccessLog } from './access-log/stored-access-log.ts';
import { Edge } from './edge.ts';
import { RoutesFile } from './routes-file.ts';
import { serveStatus } from './status-socket.ts';

/** How long requests under way may take after SIGTERM, in milliseconds. */
const FAREWELL_MS = 10_000;
/**
 * As long as requests of before are under way, others are taken, where somebody further away sends them here and knows of
 * nobody else yet: the end of a WebSocket is waited for, rather than requests refused meanwhile.
 */
const TAKES_MS = 8_000;

function log(level: 'info' | 'warn', message: string): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message })}\n`);
}

// Whoever reads the log may go away; traffic does not end for that.
process.stderr.on('error', () => undefined);

const [, , rigHome, host] = process.argv;
if (rigHome === undefined) throw new Error('usage: main.js RIG_HOME [ADDRESS]');
const layout = platformLayout(rigHome);
mkdirSync(layout.sockets, { recursive: true, mode: 0o700 });

function readKeptPort(): number {
  try {
    const port = Number(readFileSync(layout.edgePort, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}

function keepPort(port: number): void {
  if (port === readKeptPort()) return;
  try {
    writeFileSync(`${layout.edgePort}.new`, String(port));
    renameSync(`${layout.edgePort}.new`, layout.edgePort);
  } catch (error) {
    log('warn', `the port ${port} cannot be kept for the next start: ${(error as Error).message}`);
  }
}

async function applyRoutes(routes: EdgeRoutes): Promise<void> {
  accessLog.retain(routes);
  await edge.apply(routes);
  for (const { port, error } of edge.status().failedListeners) log('warn', `port ${port}: ${error}`);
}

const accessLog = new StoredAccessLog(join(layout.logs, 'edge'), (error) =>
  log('warn', `access records could not be written: ${String(error)}`),
);
const edge = new Edge({
  accessLog,
  onHostPort: keepPort,
  keptHostPort: readKeptPort(),
  ...(host === undefined ? {} : { host }),
  onError: (error) => log('warn', `a request failed: ${String(error)}`),
});
const routes = new RoutesFile(
  layout.edgeRoutes,
  (next) => {
    void applyRoutes(next);
  },
  (problem) => log('warn', problem),
);
await routes.start();
const status = await serveStatus(edge, layout.edgeSocket, () => routes.look());
log('info', 'the edge is up');

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  routes.stop();
  status.close();
  await edge.close(FAREWELL_MS, host === undefined ? 0 : TAKES_MS);
  await accessLog.close();
  log('info', 'the edge has ended');
  process.exit(0);
};
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
