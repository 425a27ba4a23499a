import type { Readable } from 'node:stream';
import type { BinaryRouteName, RouteInput, RouteName, RouteOutput } from '@rig-ops/contract/routes';
import type { Caller } from '../features/access/caller.ts';
import type { PageSide } from './page-side.ts';
import type { RequestSource } from './request-source.ts';

type QueryOf<N extends RouteName> = [NonNullable<RouteInput<N>['query']>] extends [never]
  ? Record<string, never>
  : NonNullable<RouteInput<N>['query']>;

/** One validated request, free of HTTP. */
interface RouteRequest<N extends RouteName> {
  /** Checked for their form: names, digests and ids hold nothing that means something in a path. */
  readonly params: RouteInput<N>['params'];
  /** Converted to the types of the schema; `{}` when nothing was asked. */
  readonly query: QueryOf<N>;
  readonly body: RouteInput<N>['body'];
  /** Who asks, allowed to; a list holds only what `reachOf(identity, verb)` covers. */
  readonly identity: Caller;
  readonly requestId: string;
  /** Aborted when the client goes away before the answer, and when rigd ends. */
  readonly signal: AbortSignal;
}

/** Routes that begin and end the session of a browser. */
type PageRouteName = 'redeemBrowserLogin' | 'logout';

/** Routes of those who are no users. */
type StrangerRouteName = 'grantArtifact';

interface PageRequest {
  readonly source: RequestSource;
  readonly page: PageSide;
  /** Says whose request it was, for the audit log, where the route itself is open to anyone. */
  readonly claim: (caller: Caller) => void;
}

/** Answer of a route of bytes. */
export interface BinaryAnswer {
  readonly bytes: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Destroyed when the client goes away. */
  readonly stream: Readable;
}

type RouteAnswer<N extends RouteName> = N extends BinaryRouteName ? BinaryAnswer : RouteOutput<N>;

type RouteHandler<N extends RouteName> = (
  request: N extends PageRouteName
    ? RouteRequest<N> & PageRequest
    : N extends StrangerRouteName
      ? RouteRequest<N> & Pick<PageRequest, 'source'>
      : RouteRequest<N>,
) => Promise<RouteAnswer<N>>;

/** A handler for every route. A feature implements its part and exports it as `routesOf<Feature>(service)`. */
export type RouteHandlers = { readonly [N in RouteName]: RouteHandler<N> };
