import { createServer, request, type ServerResponse } from 'node:http';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';

export interface ProbesOptions {
  readonly host: string;
  readonly port: number;
  /** Of rigd, which knows whether the platform can serve. */
  readonly rigdSocket: string;
  /** Whether the platform is about to end. */
  readonly ends: () => boolean;
}

/** rigd gives its own answer sooner; a probe waits no longer. */
const ANSWER_MS = 4_000;

export interface Probes {
  readonly port: number;
  close(): void;
}

/**
 * What whoever runs the container asks, over plain HTTP and without a token. `/livez` is answered here, so that the
 * platform is not started anew because rigd waits for its database: requests to apps go on meanwhile. `/readyz` is
 * the answer of rigd.
 * @throws RigError `port_taken`
 */
export async function serveProbes({ host, port, rigdSocket, ends }: ProbesOptions): Promise<Probes> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (asked, answer) => {
    asked.resume();
    if (asked.method !== 'GET') return sendError(answer, new RigError('route_not_found', 'Only GET is.'));
    if (asked.url === '/livez') return send(answer, 200, { alive: true });
    if (asked.url !== '/readyz')
      return sendError(answer, new RigError('route_not_found', 'There are /livez and /readyz.'));
    if (ends()) return sendError(answer, new RigError('not_ready', 'The platform ends.'));
    relay(rigdSocket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new RigError('port_taken', `${host}:${port}: ${cause.message}`, { cause }));
    server.once('error', fail);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function relay(socketPath: string, answer: ServerResponse): void {
  const fail = (cause: Error) =>
    sendError(answer, new RigError('not_ready', 'rigd does not answer.', { cause }));
  const outgoing = request(
    { socketPath, path: '/readyz', agent: false, signal: AbortSignal.timeout(ANSWER_MS) },
    (told) => {
      answer.writeHead(told.statusCode ?? 503, { 'content-type': 'application/json' });
      told.on('error', () => answer.destroy());
      told.pipe(answer);
    },
  );
  outgoing.on('error', fail);
  outgoing.end();
}

const sendError = (answer: ServerResponse, error: RigError): void =>
  send(answer, error.httpStatus, { error: toErrorDocument(error) });

function send(answer: ServerResponse, status: number, value: object): void {
  if (answer.headersSent) {
    answer.destroy();
    return;
  }
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
