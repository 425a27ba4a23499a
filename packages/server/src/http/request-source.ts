import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
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
  readonly #proxied = new WeakMap<Socket, URL>();

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

  /** It came through a proxy that others know by this URL. */
  markProxied(socket: Socket, publicUrl: URL): void {
    this.#proxied.set(socket, publicUrl);
  }

  /** The URL that its sender has asked, where that is the one of a proxy. */
  publicUrlOf({ socket }: Pick<IncomingMessage, 'socket'>): URL | undefined {
    return this.#proxied.get(socket);
  }

  /** Whether it was encrypted on its way from other machines. */
  isSecure({ socket }: Pick<IncomingMessage, 'socket'>): boolean {
    const publicUrl = this.#proxied.get(socket);
    if (publicUrl !== undefined) return publicUrl.protocol === 'https:';
    return (socket as Partial<TLSSocket>).encrypted === true;
  }

  of(request: IncomingMessage): RequestSource {
    return {
      client: this.isLocal(request) ? 'local' : this.#addressOf(request),
      invocationId: toInvocationId(request.headers[INVOCATION_HEADER]),
    };
  }

  /** What a proxy has put last is what it saw itself; all before it anybody may have written. */
  #addressOf({ headers, socket }: IncomingMessage): string {
    const { remoteAddress = 'unknown' } = socket;
    if (!this.#proxied.has(socket)) return remoteAddress;
    const told = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').at(-1)?.trim() ?? '';
    return isIP(told) === 0 ? remoteAddress : told;
  }
}
