import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { INVOCATION_HEADER } from '@rig-ops/contract/api-version';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { Connection, type OpenRequest, relay, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocketServer } from 'ws';

/** The largest frame is a JSON one of 1 MiB; this leaves room for its head. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export interface AgentServerOptions {
  cookie: string;
  /** The connection to the platform: opened when it is first needed, and again after it was lost. */
  connect: () => Promise<Connection>;
  /** Nobody has used it for so long. */
  idleMs: number;
  onIdle: () => void;
  /** Somebody who may has asked it to stop. */
  onStop: () => void;
}

/** What an agent tells of itself. */
export interface AgentState {
  /** Commands that use it now. */
  clients: number;
  channels: number;
  /** Channels since it began. */
  served: number;
  connected: boolean;
}

/**
 * Shares one connection to a platform among the commands of a user. To each it looks like the platform's own
 * connection; channels are relayed byte for byte, with the credit of both ends, and the platform decides and
 * records each of them as that of the command it comes from.
 */
export class AgentServer {
  readonly #options: AgentServerOptions;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(WIRE_SUBPROTOCOL) ? WIRE_SUBPROTOCOL : false),
  });
  readonly server: Server;
  #clients = 0;
  #channels = 0;
  #served = 0;
  #upstream: Promise<Connection> | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: AgentServerOptions) {
    this.#options = options;
    this.server = createServer((request, response) => this.#answer(request, response));
    this.server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#rest();
  }

  /** Ends every channel with `connection_lost`: commands that can, come back another way. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.server.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    await (await this.#upstream?.catch(() => null))?.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (!this.#isOwn(request)) {
      send(401, { error: refusal() });
    } else if (request.method === 'GET' && request.url === '/v1/agent') {
      const state: AgentState = {
        clients: this.#clients,
        channels: this.#channels,
        served: this.#served,
        connected: this.#upstream !== null,
      };
      send(200, state);
    } else if (request.method === 'POST' && request.url === '/v1/agent/stop') {
      response.once('close', this.#options.onStop);
      send(200, { done: true });
    } else
      send(404, { error: toErrorDocument(new RigError('route_not_found', 'An agent has no such route.')) });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    this.#enter();
    try {
      if (!this.#isOwn(request)) throw RigError.fromDocument(refusal());
      // Whatever the platform refuses is told as the platform tells it: a token that has run out is renewed then.
      await this.#connection();
    } catch (error) {
      this.#leave();
      refuse(socket, toErrorDocument(error));
      return;
    }
    socket.off('error', onError);
    const said = request.headers[INVOCATION_HEADER];
    const invocation = typeof said === 'string' ? said : undefined;
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      const connection = new Connection(messageSocketOfWs(accepted), {
        role: 'server',
        onOpen: (open) => void this.#open(open, open.invocation ?? invocation),
      });
      void connection.closed.then(() => this.#leave());
    });
  }

  async #open(request: OpenRequest, invocation: string | undefined): Promise<void> {
    this.#channels += 1;
    this.#served += 1;
    try {
      const connection = await this.#connection();
      const upstream = connection.open(request.kind, request.params, { invocation });
      const accepted = await upstream.accepted;
      await relay(request.accept(accepted), upstream);
    } catch (error) {
      request.refuse(toErrorDocument(error));
    } finally {
      this.#channels -= 1;
    }
  }

  #connection(): Promise<Connection> {
    if (this.#upstream !== null) return this.#upstream;
    const opening = this.#options.connect();
    const forget = () => {
      if (this.#upstream === opening) this.#upstream = null;
    };
    this.#upstream = opening;
    opening.then(({ closed }) => closed.then(forget, forget), forget);
    return opening;
  }

  #enter(): void {
    this.#clients += 1;
    clearTimeout(this.#idle);
  }

  #leave(): void {
    this.#clients -= 1;
    if (this.#clients === 0) this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(this.#options.onIdle, this.#options.idleMs);
  }

  #isOwn({ headers }: IncomingMessage): boolean {
    const expected = Buffer.from(`Bearer ${this.#options.cookie}`);
    const given = Buffer.from(headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

const refusal = () =>
  toErrorDocument(new RigError('not_permitted', 'This agent serves only the user who has started it.'));

function refuse(socket: Duplex, error: ReturnType<typeof toErrorDocument>): void {
  const body = JSON.stringify({ error });
  const status = error.exitCode === 4 ? '401 Unauthorized' : '503 Service Unavailable';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
