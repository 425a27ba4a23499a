import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer of the edge itself, in words of the one who asked: a visitor of an app, not its operator. */
export interface EdgeFailure {
  status: 404 | 502 | 503 | 504;
  title: string;
  text: string;
}

/** How long a client may go on sending a body once its request was answered with a failure, in milliseconds. */
const LINGER_MS = 5_000;

/** Tells nothing of the apps there are. */
export const unknownHost: EdgeFailure = {
  status: 404,
  title: 'No app answers to this name',
  text: 'Check the address. Whoever runs the platform sees the names with: rig apps list',
};

export const noInstance = (app: string): EdgeFailure => ({
  status: 503,
  title: `${app} is not running`,
  text: `Whoever runs it sees why with: rig apps info ${app}`,
});

export const unreachable = (app: string): EdgeFailure => ({
  status: 502,
  title: `${app} does not answer`,
  text: `Whoever runs it sees why with: rig logs app ${app}`,
});

export const tooSlow = (app: string): EdgeFailure => ({
  status: 504,
  title: `${app} takes no connections`,
  text: `Whoever runs it sees why with: rig logs app ${app}`,
});

/** Sends a failure: as JSON to who asks for that, otherwise as text. Breaks the answer off if one was begun. */
export function sendFailure(
  request: IncomingMessage,
  response: ServerResponse,
  failure: EdgeFailure,
  requestId: string,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.once('finish', () => {
    // Node reads on what the client still sends, so that the client gets to read this; but not for ever.
    if (!request.complete) setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
  });
  const { headers, body } = renderFailure(request, failure, requestId);
  // A client that waits to be asked for its body may send it or not: nothing can follow on this connection.
  const closing = request.headers.expect === undefined ? {} : { connection: 'close' };
  response.writeHead(failure.status, { ...headers, ...closing });
  response.end(body);
}

/** The same on a bare connection, for an upgrade that cannot be made. */
export function writeFailure(
  request: IncomingMessage,
  client: Duplex,
  failure: EdgeFailure,
  requestId: string,
): void {
  const { headers, body } = renderFailure(request, failure, requestId);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  client.end(`HTTP/1.1 ${failure.status} ${failure.title}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function renderFailure(
  { headers: asked }: IncomingMessage,
  { status, title, text }: EdgeFailure,
  requestId: string,
): { headers: Record<string, string | number>; body: string } {
  const wantsJson = /\bjson\b/.test(asked.accept ?? '');
  const body = wantsJson
    ? `${JSON.stringify({ error: { status, title, text, requestId } })}\n`
    : `${status} ${title}\n\n${text}\n\nRequest ${requestId}\n`;
  const headers = {
    'content-type': wantsJson ? 'application/json' : 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  };
  return { headers, body };
}
