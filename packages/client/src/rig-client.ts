import { isRigError, type RigError } from '@rig-ops/contract/errors';
import type { BinaryRouteName, RouteInput, RouteName, RouteOutput } from '@rig-ops/contract/routes';
import type { Connection } from '@rig-ops/wire';
import { endpointOf, identifyingHeaders, makeAgent } from './http/endpoint.ts';
import { readAnswer } from './http/read-answer.ts';
import { attemptPatiently } from './http/restart-patience.ts';
import { routePath } from './http/route-path.ts';
import { routeTable } from '@rig-ops/contract/route-table';
import type { RawAnswer, RawRequest } from './http/send-raw.ts';
import { sendRequest } from './http/send-request.ts';
import { toTransportError } from './http/transport-error.ts';
import type { AgentOptions } from './agent/start-agent.ts';
import type { Download } from './http/download.ts';
import type { Target } from './target.ts';
import { untilAborted } from './until-aborted.ts';

/** Routes that may be repeated. */
type UploadRoute = 'putBlocks' | 'putBundle' | 'putPack' | 'commitBundle';

export type ChannelKindOfRecords = 'logs' | 'deploy-events';

export interface RigClientOptions {
  /** How often the other side of a connection is asked for a sign of life; 15 s when absent, never when 0. */
  keepAliveMs?: number;
  /** Milliseconds of silence after which a call fails as `unreachable`; 60 000 when absent. */
  silenceMs?: number;
  /** Milliseconds an upload may stand still before it is tried again; 30 000 when absent. */
  stallMs?: number;
  /**
   * Asked when the platform does not take the token: the new token the call is repeated with. Asked again
   * only behind a token that was taken. What it throws is what the call throws.
   */
  renewToken?: (failure: RigError) => Promise<string>;
  /** Share the connection to a platform beyond this machine with other commands, where that can be. */
  agent?: AgentOptions;
}

/**
 * Client of one platform: typed calls, uploads, and one multiplexed connection that is opened when
 * first needed. Every method throws a `RigError`: what the platform answered, `unreachable` or
 * `connection_lost`; or the reason of the signal that stopped it.
 */
export class RigClient {
  #target: Target;
  readonly #renewToken: RigClientOptions['renewToken'];
  #renewed: Promise<string> | undefined;
  readonly #endpoint;
  readonly #agent;
  readonly #silenceMs: number;
  readonly #stallMs: number;
  readonly #keepAliveMs: number | undefined;
  readonly #sharing: AgentOptions | undefined;
  #connection: Promise<Connection> | undefined;
  /** The same once it is open. */
  #live: Connection | undefined;

  constructor(target: Target, options: RigClientOptions = {}) {
    const { silenceMs = 60_000, stallMs = 30_000, agent, keepAliveMs, renewToken } = options;
    this.#target = target;
    this.#renewToken = renewToken;
    this.#endpoint = endpointOf(target);
    this.#agent = makeAgent(this.#endpoint);
    this.#silenceMs = silenceMs;
    this.#stallMs = stallMs;
    this.#keepAliveMs = keepAliveMs;
    this.#sharing = agent;
  }

  /** Where it talks to, with the token in use. */
  get target(): Target {
    return this.#target;
  }

  /** Calls a route and answers its document. */
  async call<N extends RouteName>(
    route: N,
    input: RouteInput<N> & { signal?: AbortSignal },
  ): Promise<RouteOutput<N>> {
    return await this.#withToken(() => this.#callOnce(route, input as CallInput));
  }

  async #callOnce<N extends RouteName>(route: N, input: CallInput): Promise<RouteOutput<N>> {
    const { signal, params = {}, query = {}, body } = input;
    const { method } = routeTable[route];
    const json = body === undefined ? undefined : JSON.stringify(body);
    const request = {
      method,
      path: routePath(route, params, query),
      headers: {
        ...identifyingHeaders(this.#target),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: json,
      silenceMs: this.#silenceMs,
      signal,
    };
    const send = () => sendRequest(this.#endpoint, this.#agent, request);
    const idempotent = method === 'GET' || method === 'PUT';
    try {
      const answer =
        this.#endpoint.socketPath === undefined
          ? await send()
          : await attemptPatiently(send, { idempotent, signal });
      return readAnswer(answer, this.#target) as RouteOutput<N>;
    } catch (error) {
      throw this.#toError(error, signal);
    }
  }

  /**
   * Calls a route of an upload: what goes up is compressed unless it is bytes, counted, and sent again
   * after failures that pass, since repeating it does nothing.
   */
  async upload<N extends UploadRoute>(
    route: N,
    input: RouteInput<N> & { signal?: AbortSignal; onSent?: (bytes: number) => void },
  ): Promise<RouteOutput<N>> {
    const { signal, params = {}, body, onSent } = input as CallInput & typeof input;
    const [{ attemptAgain }, { encodeBody }] = await Promise.all([
      import('./http/attempt-again.ts'),
      import('./http/encode-body.ts'),
    ]);
    const encoded = await encodeBody(body);
    const path = routePath(route, params, {});
    const { method } = routeTable[route];
    const send = () =>
      sendRequest(this.#endpoint, this.#agent, {
        method,
        path,
        headers: { ...identifyingHeaders(this.#target), ...encoded.headers },
        body: encoded.body,
        silenceMs: this.#stallMs,
        signal,
      });
    return await this.#withToken(async () => {
      try {
        const answer = await attemptAgain(send, signal);
        onSent?.(encoded.body?.length ?? 0);
        return readAnswer(answer, this.#target) as RouteOutput<N>;
      } catch (error) {
        throw this.#toError(error, signal);
      }
    });
  }

  /** Calls a route that answers with bytes, which are read as they come. */
  async download<N extends BinaryRouteName>(
    route: N,
    input: RouteInput<N> & { signal?: AbortSignal },
  ): Promise<Download> {
    const { signal, params = {}, query = {} } = input as CallInput;
    const { download } = await import('./http/download.ts');
    return await this.#withToken(() =>
      download({
        endpoint: this.#endpoint,
        agent: this.#agent,
        target: this.#target,
        pathFrom: (offset) => routePath(route, params, { ...query, ...(offset === 0 ? {} : { offset }) }),
        silenceMs: this.#silenceMs,
        signal,
      }),
    );
  }

  /** Sends a request of the caller's own making and answers it as it came, unless it carries an error. */
  async send(request: RawRequest): Promise<RawAnswer> {
    const { sendRaw } = await import('./http/send-raw.ts');
    return await this.#withToken(() => sendRaw(this.#target, request));
  }

  /** The one connection of this client; a new one after the last has ended. */
  async connect(): Promise<Connection> {
    return await this.#withToken(() => {
      const opening = this.#connection ?? this.#open();
      this.#connection = opening;
      return opening;
    });
  }

  /** A request that was refused for its token did nothing, so it may be sent again with another. */
  async #withToken<T>(attempt: () => Promise<T>): Promise<T> {
    const { token } = this.#target;
    try {
      return await this.#taken(attempt);
    } catch (error) {
      if (this.#renewToken === undefined || !isRigError(error) || error.httpStatus !== 401) throw error;
      // Calls that go on beside each other are all refused at once; one renewal serves them all.
      if (this.#target.token === token) {
        if (this.#renewed !== undefined && (await this.#renewed) === token) throw error;
        this.#renewed ??= this.#renewToken(error);
        this.#target = { ...this.#target, token: await this.#renewed };
      }
      return await this.#taken(attempt);
    }
  }

  /** Once a token was taken, another may be asked for when it expires in its turn. */
  async #taken<T>(attempt: () => Promise<T>): Promise<T> {
    const { token } = this.#target;
    const result = await attempt();
    if (this.#target.token === token) this.#renewed = undefined;
    return result;
  }

  /**
   * Opens a channel that sends records and answers them until its end. It does not reconnect: after a
   * loss it throws `connection_lost`, and whoever reads knows where to go on.
   */
  async *records<T>(
    kind: ChannelKindOfRecords,
    params: object,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<T, void, undefined> {
    signal.throwIfAborted();
    const connection = await untilAborted(this.connect(), signal);
    const { readChannelRecords } = await import('./read-channel-records.ts');
    yield* readChannelRecords(connection, kind, params, signal) as AsyncIterable<T>;
  }

  /** Ends the connections in order. The client must not be used afterwards. */
  async close(): Promise<void> {
    const opening = this.#connection;
    this.#connection = undefined;
    // One that is still being opened is not waited for: where nobody answers, that takes long. It is told to
    // whoever asked for it when it cannot be.
    if (this.#live === undefined) opening?.then(async (late) => await late.close()).catch(() => undefined);
    else await this.#live.close();
    this.#agent.destroy();
  }

  #open(): Promise<Connection> {
    const opening = this.#openShared().then(
      async (shared) =>
        shared ??
        (await import('./open-connection.ts')).openConnection(this.#target, this.#endpoint, this.#agent, {
          keepAliveMs: this.#keepAliveMs,
        }),
    );
    void this.#follow(opening);
    return opening;
  }

  async #openShared(): Promise<Connection | null> {
    const target = this.#target;
    if (this.#sharing === undefined || !('url' in target)) return null;
    const { openThroughAgent } = await import('./agent/open-through-agent.ts');
    return await openThroughAgent(target, this.#sharing);
  }

  /** Knows a connection while it lives, and forgets it behind its end. */
  async #follow(opening: Promise<Connection>): Promise<void> {
    try {
      const connection = await opening;
      this.#live = connection;
      await connection.closed;
      if (this.#live === connection) this.#live = undefined;
    } catch {
      // Whoever asked for it is told.
    }
    if (this.#connection === opening) this.#connection = undefined;
  }

  #toError(error: unknown, signal: AbortSignal | undefined): unknown {
    return signal?.aborted === true && error === signal.reason
      ? error
      : toTransportError(error, this.#target);
  }
}

interface CallInput {
  signal?: AbortSignal;
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}
