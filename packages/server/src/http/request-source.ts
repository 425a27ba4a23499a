import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { INVOCATION_HEADER } from '@rig-ops/contract/api-version';

/** Where a request comes from, as audit events tell it. */
export interface RequestSource {
  /** Address, or `local` for the unix socket. */
  readonly client: string;
  /** Id of the client's invocation, when it said one that looks like an id. */
  readonly invocationId: string | null;
}

const INVOCATION_ID = /^[\w.-]{1,64}$/;

/** The id when it looks like one; null otherwise. */
export const toInvocationId = (said: unknown): string | null =>
  typeof said === 'string' && INVOCATION_ID.test(said) ? said : null;

/** Remembers which connections came through the unix socket. */
export class RequestSources {
  readonly #local = new WeakSet<Socket>();
  readonly #open = new WeakSet<Socket>();

  markLocal(socket: Socket): void {
    this.#local.add(socket);
  }

  /** Whether it came by a door that is open to other machines, where the name in `Host` is not known. */
  isOpen(request: IncomingMessage): boolean {
    return this.#open.has(request.socket);
  }

  markOpen(socket: Socket): void {
    this.#open.add(socket);
  }

  isLocal(request: IncomingMessage): boolean {
    return this.#local.has(request.socket);
  }

  of(request: IncomingMessage): RequestSource {
    return {
      client: this.isLocal(request) ? 'local' : (request.socket.remoteAddress ?? 'unknown'),
      invocationId: toInvocationId(request.headers[INVOCATION_HEADER]),
    };
  }
}
