import { type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeUpstream } from '@rig-ops/contract/edge';
import type { Exchange } from './access-log/exchange.ts';
import { type EdgeFailure, noInstance, tooSlow, unknownHost, unreachable } from './error-page.ts';
import type { InFlight } from './in-flight.ts';
import { hasBody } from './request-headers.ts';
import type { RoutingTable } from './routing-table.ts';
import type { UpstreamAgents } from './upstream-agents.ts';

/** How long an upstream that refuses connections is tried again, in milliseconds: a crashed one restarts. */
const PATIENCE_MS = 3_000;
/** Pause between two rounds over all upstreams, in milliseconds. */
const PAUSE_MS = 50;
/** On loopback a connection is there at once, unless a full backlog drops it; in milliseconds. */
const CONNECT_MS = 3_000;
/** A request that an upstream has seen is sent again so often: it may be what ends the upstream. */
const MAX_REPEATS = 2;
/** Methods whose repetition has no further effect (RFC 9110, section 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

export interface ProxyParts {
  table: RoutingTable;
  agents: UpstreamAgents;
  inFlight: InFlight;
  /** Whether clients shall open a new connection for their next request. */
  isClosing: () => boolean;
}

export interface Wanted {
  appId: string;
  /** Told of every connection and answer. */
  exchange: Exchange;
  request: IncomingMessage;
  /** Flat list, as `rawHeaders`. */
  headers: string[];
  /** The body is not HTTP: it is joined by the caller once the upstream has switched. */
  isUpgrade: boolean;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
  /** The upstream asks for the body of a request that waits to be asked. */
  onContinue: () => void;
}

/** An upstream that answers. */
export interface Reached {
  forwarded: ClientRequest;
  answer: IncomingMessage;
  /** The connection, where the upstream has switched protocols, and what it has sent on it already. */
  switched: { socket: Duplex; head: Buffer } | null;
  /** Ends the count of this request. */
  end: () => void;
}

type Attempt = Reached | 'refused' | 'too-slow' | 'closed' | 'broken';

/** What an access record calls it; a kept connection that had just been closed is none of its business. */
const problems = { refused: 'refused', 'too-slow': 'timed-out', closed: null, broken: 'reset' } as const;

/**
 * Finds an upstream that answers, among those routed at the time of each try. A request that no upstream
 * has seen is tried again for a while; one that may have been seen only if it is idempotent and without body.
 *
 * @throws the signal's reason once it is aborted
 */
export async function reachUpstream(parts: ProxyParts, wanted: Wanted): Promise<Reached | EdgeFailure> {
  const { table } = parts;
  const repeatable =
    !wanted.isUpgrade && idempotent.has(wanted.request.method ?? '') && !hasBody(wanted.request);
  const deadline = performance.now() + PATIENCE_MS;
  const tried = new Set<string>();
  let keepsConnection = repeatable;
  let repeats = 0;
  let hasTried = false;
  let failure: EdgeFailure | null = null;
  for (;;) {
    wanted.signal.throwIfAborted();
    const app = table.app(wanted.appId);
    if (app === undefined) return unknownHost;
    const upstream = table.pick(app.id, tried);
    if (upstream !== undefined && !tried.has(upstream.instance)) {
      tried.add(upstream.instance);
      hasTried = true;
      const outcome = await attempt(parts, upstream, keepsConnection, wanted);
      if (typeof outcome === 'object') {
        wanted.exchange.answered(upstream, outcome.answer.statusCode ?? 502);
        return outcome;
      }
      const problem = problems[outcome];
      if (problem !== null && !wanted.signal.aborted) wanted.exchange.failed(upstream, problem);
      failure = outcome === 'too-slow' ? tooSlow(app.name) : unreachable(app.name);
      if (outcome === 'closed') {
        // A kept connection that the upstream had just closed says nothing about a new one.
        keepsConnection = false;
        tried.delete(upstream.instance);
      } else if (outcome === 'broken') {
        repeats += 1;
        if (!repeatable || repeats > MAX_REPEATS) return failure;
      }
      continue;
    }
    failure ??= noInstance(app.name);
    if (!hasTried || performance.now() > deadline) return failure;
    await delay(PAUSE_MS, undefined, { signal: wanted.signal });
    tried.clear();
  }
}

function attempt(
  { agents, inFlight }: ProxyParts,
  upstream: EdgeUpstream,
  keepsConnection: boolean,
  { request, exchange, headers, isUpgrade, signal, onContinue }: Wanted,
): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const end = inFlight.begin(upstream.instance);
  const forwarded = sendRequest({
    host: upstream.host,
    port: upstream.port,
    method: request.method ?? 'GET',
    path: originForm(request.url ?? '/'),
    headers,
    agent: (keepsConnection ? agents.agentOf(upstream) : undefined) ?? false,
  });
  let state: 'refused' | 'too-slow' | 'broken' = 'refused';
  let isSettled = false;
  const abandon = () => forwarded.destroy();
  signal.addEventListener('abort', abandon, { once: true });
  const settle = (outcome: Attempt) => {
    isSettled = true;
    signal.removeEventListener('abort', abandon);
    resolve(outcome);
  };
  const fail = () => {
    // What breaks once an answer has begun is told by the answer itself.
    if (isSettled) return;
    request.unpipe(forwarded);
    end();
    settle(state === 'broken' && forwarded.reusedSocket ? 'closed' : state);
  };
  const begin = () => {
    state = 'broken';
    exchange.connected(upstream);
    if (isUpgrade || !hasBody(request)) {
      forwarded.end();
      return;
    }
    // Only a connected upstream gets the body: what was read from the client cannot be sent again elsewhere.
    forwarded.flushHeaders();
    request.pipe(forwarded);
  };
  forwarded.once('socket', (socket) => {
    if (!socket.connecting) {
      begin();
      return;
    }
    const timer = setTimeout(() => {
      state = 'too-slow';
      forwarded.destroy();
    }, CONNECT_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      begin();
    });
  });
  forwarded.on('continue', onContinue);
  forwarded.once('response', (answer) => settle({ forwarded, answer, switched: null, end }));
  forwarded.once('upgrade', (answer, socket, head) => {
    settle({ forwarded, answer, switched: { socket, head }, end });
  });
  forwarded.on('error', fail);
  forwarded.once('close', fail);
  return promise;
}

/** A client that takes the edge for a forward proxy sends whole URLs (RFC 9112, section 3.2.2). */
function originForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*(?=[/?]|$)/i, '');
  return path.startsWith('/') || path === '*' ? path : `/${path}`;
}
