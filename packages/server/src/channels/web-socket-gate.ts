import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import { RigError } from '@rig-ops/contract/errors';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { WIRE_LIMITS } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerError } from '../http/answer-error.ts';
import type { RequestAudit } from '../http/request-audit.ts';
import type { RequestGuard } from '../http/request-guard.ts';
import type { RequestSources } from '../http/request-source.ts';
import { sendRawAnswer } from '../http/send-raw-answer.ts';
import { newId } from '../ids.ts';
import { type ConnectionDeps, serveConnection } from './serve-connection.ts';

/** A frame of JSON and its head. */
const MAX_MESSAGE_BYTES = WIRE_LIMITS.jsonBytes + 1024;

export interface WebSocketGateDeps extends ConnectionDeps {
  readonly guard: RequestGuard;
  readonly sources: RequestSources;
  readonly requestAudit: RequestAudit;
}

/** Lets clients upgrade to the session protocol, after the same checks as any other request. */
export class WebSocketGate {
  readonly #deps: WebSocketGateDeps;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(WIRE_SUBPROTOCOL) ? WIRE_SUBPROTOCOL : false),
  });
  readonly #served = new Set<Promise<void>>();

  constructor(deps: WebSocketGateDeps) {
    this.#deps = deps;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      // A client that resets while it is being checked.
      const onError = () => socket.destroy();
      socket.on('error', onError);
      const upgraded = this.#upgrade(request, socket, head).catch((error: unknown) =>
        this.#refuse(request, socket, error),
      );
      void upgraded.then(() => socket.off('error', onError));
    });
  }

  /** Resolves when every connection is over; they end because `closing` was aborted, or by force after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, graceMs);
    await Promise.all(this.#served);
    clearTimeout(timer);
  }

  async #refuse(request: IncomingMessage, socket: Duplex, thrown: unknown): Promise<void> {
    const { requestAudit, sources, log } = this.#deps;
    const requestId = newId('req');
    const answer = answerError(thrown, requestId, log);
    await requestAudit.connectRefused(request.headers.authorization !== undefined, {
      source: sources.of(request),
      requestId,
      error: answer.error,
    });
    sendRawAnswer(socket, answer);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { guard, sources } = this.#deps;
    const [path] = (request.url ?? '').split('?');
    if (path !== CONNECT_PATH) {
      throw new RigError('route_not_found', `Nothing can be upgraded at ${(path ?? '').slice(0, 200)}.`);
    }
    const identity = await guard.identify(request);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(WIRE_SUBPROTOCOL)) {
      throw new RigError('invalid_input', `The platform speaks the subprotocol ${WIRE_SUBPROTOCOL}.`, {
        hint: 'rig and the platform may differ in version.',
      });
    }
    const caller = { identity, source: sources.of(request) };
    this.#sockets.handleUpgrade(request, socket, head, (accepted: WebSocket) => {
      const served = serveConnection(messageSocketOfWs(accepted), caller, this.#deps);
      this.#served.add(served);
      void served.then(() => this.#served.delete(served));
    });
  }
}
