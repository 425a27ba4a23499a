import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import { RigError } from '@rig-ops/contract/errors';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { WIRE_LIMITS } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../features/access/caller.ts';
import type { TicketGrant } from '../features/tickets/ticket-book.ts';
import { TICKET_SUBPROTOCOL } from '../features/tickets/ticket-secret.ts';
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

/** Whose the ticket was is known, though nobody is let in. */
class TicketRefusal extends Error {
  readonly caller: Caller | undefined;

  constructor(cause: unknown, caller: Caller | undefined) {
    super('The ticket was refused', { cause });
    this.caller = caller;
  }
}

const protocolsOf = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

const ticketsOf = (protocols: readonly string[]): string[] =>
  protocols
    .filter((name) => name.startsWith(TICKET_SUBPROTOCOL))
    .map((name) => name.slice(TICKET_SUBPROTOCOL.length));

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
        error instanceof TicketRefusal
          ? this.#refuse(request, socket, error.cause, error.caller)
          : this.#refuse(request, socket, error),
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

  async #refuse(request: IncomingMessage, socket: Duplex, thrown: unknown, identity?: Caller): Promise<void> {
    const { requestAudit, sources, log } = this.#deps;
    const requestId = newId('req');
    const answer = answerError(thrown, requestId, log);
    const hasCredentials =
      request.headers.authorization !== undefined || ticketsOf(protocolsOf(request)).length > 0;
    await requestAudit.connectRefused(hasCredentials, {
      ...(identity === undefined ? {} : { identity }),
      source: sources.of(request),
      requestId,
      error: answer.error,
    });
    sendRawAnswer(socket, answer);
  }

  /** By a ticket where one is offered, and by nothing else then; otherwise by a token. */
  async #admit(
    request: IncomingMessage,
    offered: readonly string[],
  ): Promise<{ identity: Caller; grant?: TicketGrant }> {
    const { authenticator, guard, sources, tickets } = this.#deps;
    if (offered.length === 0) return { identity: await guard.identify(request) };
    const { client } = sources.of(request);
    // Each that is shown is used up, also one too many.
    const [redeemed] = offered.map((ticket) => tickets.redeem(ticket, client));
    if (redeemed?.grant === undefined) throw new TicketRefusal(redeemed?.error, redeemed?.caller);
    const { grant } = redeemed;
    if (offered.length > 1 || request.headers.authorization !== undefined) {
      throw new TicketRefusal(
        new RigError('invalid_input', 'A connection takes one ticket or a token, not both and not several.'),
        grant.caller,
      );
    }
    try {
      return { identity: await authenticator.renew(grant.caller), grant };
    } catch (error) {
      throw new TicketRefusal(error, grant.caller);
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { guard, sources } = this.#deps;
    const [path, query] = (request.url ?? '').split('?');
    if (path !== CONNECT_PATH) {
      throw new RigError('route_not_found', `Nothing can be upgraded at ${(path ?? '').slice(0, 200)}.`);
    }
    const offered = protocolsOf(request);
    guard.refusePages(request);
    const admitted = await this.#admit(request, ticketsOf(offered));
    if (query !== undefined) {
      throw new RigError('invalid_input', 'What is opened is not said in the URL.', {
        hint: 'A ticket goes into the list of subprotocols: a URL ends up in logs and histories.',
      });
    }
    if (!offered.includes(WIRE_SUBPROTOCOL)) {
      throw new RigError('invalid_input', `The platform speaks the subprotocol ${WIRE_SUBPROTOCOL}.`, {
        hint: 'rig and the platform may differ in version.',
      });
    }
    const caller = { ...admitted, source: sources.of(request) };
    this.#sockets.handleUpgrade(request, socket, head, (accepted: WebSocket) => {
      const served = serveConnection(messageSocketOfWs(accepted), caller, this.#deps);
      this.#served.add(served);
      void served.then(() => this.#served.delete(served));
    });
  }
}
