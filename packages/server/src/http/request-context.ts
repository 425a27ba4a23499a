import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { RouteName } from '@rig-ops/contract/routes';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../features/access/caller.ts';
import type { PageSide } from './page-side.ts';
import type { RequestSource } from './request-source.ts';

/** What rigd knows of one request beside its HTTP. */
export interface RequestContext {
  readonly requestId: string;
  readonly source: RequestSource;
  readonly page: PageSide;
  /** Aborted when the client goes away before it was answered, and when rigd ends. */
  readonly signal: AbortSignal;
  /** Undefined where nothing matches. */
  readonly route: RouteName | undefined;
  /** Undefined until the request was found to be somebody's. */
  identity?: Caller;
  /** What the client is told, when the request failed. */
  error?: ErrorDocument;
}

/** Keeps contexts beside requests, whose type Fastify would otherwise have changed for every file. */
export class RequestContexts {
  readonly #contexts = new WeakMap<FastifyRequest, RequestContext>();

  set(request: FastifyRequest, context: RequestContext): void {
    this.#contexts.set(request, context);
  }

  of(request: FastifyRequest): RequestContext {
    const context = this.#contexts.get(request);
    if (context === undefined) throw new Error('A request without a context');
    return context;
  }
}
