import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Log } from '../log.ts';
import { checkAccess } from './check-access.ts';
import { readJson } from './read-json.ts';
import { matchRoute, type SupervisorRouteName } from './route-table.ts';

interface ApiRequest {
  /** Value of `:id`. */
  id: string;
  /** Body as JSON. */
  body: unknown;
  response: ServerResponse;
}

/** Answers with JSON, or undefined when it has answered itself. */
type ApiHandler = (request: ApiRequest) => Promise<object | undefined>;

export interface ApiOptions {
  cookie: string;
  handlers: Record<SupervisorRouteName, ApiHandler>;
  /** Takes over a connection to `/v1/connect`. */
  onConnect: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  log: Log;
}

const CONNECT_PATH = '/v1/connect';

/** The supervisor's HTTP interface; not yet listening. */
export function createApi(options: ApiOptions): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void answer(options, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    void upgrade(options, request, socket, head);
  });
  return server;
}

async function answer(
  options: ApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    checkAccess(request, options.cookie);
    const route = matchRoute(request.method ?? '', pathOf(request));
    if (route === null) {
      throw new RigError('route_not_found', `The supervisor has no ${request.method} ${request.url}.`);
    }
    const body = await readJson(request);
    const result = await options.handlers[route.name]({ id: route.id, body, response });
    if (result !== undefined) sendJson(response, 200, result);
  } catch (error) {
    if (!isRigError(error)) options.log.warn('a request failed', { url: request.url, error });
    if (response.headersSent) response.destroy();
    else sendJson(response, statusOf(error), { error: toErrorDocument(error) });
  }
}

async function upgrade(
  options: ApiOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  try {
    checkAccess(request, options.cookie);
    if (pathOf(request) !== CONNECT_PATH) throw new RigError('route_not_found', 'There is no such route.');
    await options.onConnect(request, socket, head);
  } catch (error) {
    const body = JSON.stringify({ error: toErrorDocument(error) });
    const head = `HTTP/1.1 ${statusOf(error)} Refused\r\ncontent-type: application/json\r\nconnection: close`;
    socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const pathOf = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0] ?? '/';
const statusOf = (error: unknown) => (isRigError(error) ? error.httpStatus : 500);
