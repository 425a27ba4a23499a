import type { EdgeApp, EdgeRoutes, EdgeStatus } from '@rig-ops/contract/edge';
import type { EdgeMark, EdgeMetrics } from '@rig-ops/contract/edge-metrics';
import { type AccessLog, Exchange, tellMalformed } from './access-log/exchange.ts';
import { sendFailure, unknownHost, writeFailure } from './error-page.ts';
import { InFlight } from './in-flight.ts';
import { type Handlers, LoopbackListener } from './listeners.ts';
import { TrafficMetrics } from './metrics/traffic-metrics.ts';
import { proxyRequest } from './proxy-request.ts';
import { proxyUpgrade } from './proxy-upgrade.ts';
import { requestIdOf } from './request-headers.ts';
import { RoutingTable } from './routing-table.ts';
import { UpstreamAgents } from './upstream-agents.ts';

/** How often a port that was taken is tried again, in milliseconds. */
const RETRY_MS = 2000;
/** How long requests at a port that is no longer routed may take, in milliseconds. */
const REMOVAL_MS = 30_000;
/** Key of the listener that routes by host name. */
const HOST_LISTENER = '';

export interface EdgeOptions {
  /** Called when the port for host names was opened, so that it can be kept. */
  onHostPort: (port: number) => void;
  /** Port for host names that was chosen before; taken when the routes leave it to the system. */
  keptHostPort: number;
  /** Address of that port; loopback when absent. */
  host?: string;
  /** Told of every request once it has ended. */
  accessLog: AccessLog;
  /** What counts the traffic; its own when absent. */
  metrics?: TrafficMetrics;
  /** Called with what no request should end with. */
  onError: (error: unknown) => void;
}

interface OpenPort {
  port: number;
  listener: LoopbackListener;
}

/** The proxy: listeners by app and by host name, routes that are replaced as a whole, counts of what is under way. */
export class Edge {
  readonly #inFlight = new InFlight();
  readonly #table = new RoutingTable(this.#inFlight);
  readonly #agents = new UpstreamAgents();
  readonly #metrics: TrafficMetrics;
  readonly #options: EdgeOptions;
  readonly #open = new Map<string, OpenPort>();
  #failed: EdgeStatus['failedListeners'] = [];
  #routes: EdgeRoutes = { generation: 0, hostPort: -1, apps: [] };
  #applied = 0;
  #applying: Promise<void> = Promise.resolve();
  #waiting: { generation: number; resolve: () => void }[] = [];
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? new TrafficMetrics();
  }

  /** Routes new requests by these routes from now on; resolves when their listeners are open, or have failed to. */
  apply(routes: EdgeRoutes): Promise<void> {
    this.#routes = routes;
    this.#metrics.retain(routes);
    this.#table.apply(routes);
    this.#agents.retain(routes.apps.flatMap(({ upstreams }) => upstreams));
    this.#applying = this.#applying.then(() => this.#openListeners(routes));
    return this.#applying;
  }

  /** Resolves when a generation was applied, or after the time, whichever is first. */
  async untilApplied(generation: number, limitMs: number): Promise<void> {
    if (this.#applied >= generation) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    this.#waiting.push({ generation, resolve });
    await promise;
    clearTimeout(timer);
    this.#waiting = this.#waiting.filter((waiter) => waiter.resolve !== resolve);
  }

  status(): EdgeStatus {
    return {
      pid: process.pid,
      generation: this.#applied,
      hostPort: this.#open.get(HOST_LISTENER)?.port ?? null,
      inFlight: this.#inFlight.snapshot(),
      failedListeners: this.#failed,
    };
  }

  /** What it has counted, of one app or of all; only what is new after an answer that is named. */
  metrics(appId?: string, after?: EdgeMark): EdgeMetrics {
    return this.#metrics.snapshot(appId, after);
  }

  /**
   * Takes no more requests and waits until those under way have ended, at most so many milliseconds.
   * @param takesMs how much of it may go by before: as long as a request of now is under way, others are taken
   */
  async close(limitMs: number, takesMs = 0): Promise<void> {
    const deadline = performance.now() + limitMs;
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#applying;
    const { older, newer } = this.#inFlight.mark();
    await untilNot(older, performance.now() + takesMs);
    for (const { listener } of this.#open.values()) listener.close();
    // Those of before have had their time, and nobody else is kept waiting for them.
    await untilNot(takesMs > 0 ? newer : () => this.#inFlight.total > 0, deadline);
    for (const { listener } of this.#open.values()) listener.destroy();
    this.#agents.close();
  }

  async #openListeners(routes: EdgeRoutes): Promise<void> {
    if (this.#closed) return;
    const failed: EdgeStatus['failedListeners'] = [];
    const wanted = new Map(routes.apps.map((app) => [app.id, app.port]));
    if (routes.hostPort >= 0) wanted.set(HOST_LISTENER, routes.hostPort);
    for (const [key, { port, listener }] of this.#open) {
      const stays = wanted.get(key) === port || (key === HOST_LISTENER && wanted.get(key) === 0);
      if (stays) continue;
      listener.close();
      setTimeout(() => listener.destroy(), REMOVAL_MS).unref();
      this.#open.delete(key);
    }
    for (const [key, port] of wanted) {
      if (this.#open.has(key)) continue;
      try {
        await this.#openPort(key, port);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        failed.push({ appId: key === HOST_LISTENER ? null : key, port, error: code ?? message });
      }
    }
    this.#failed = failed;
    this.#applied = Math.max(this.#applied, routes.generation);
    for (const { generation, resolve } of this.#waiting) if (this.#applied >= generation) resolve();
    clearTimeout(this.#retry);
    if (failed.length > 0) this.#retry = setTimeout(() => void this.apply(this.#routes), RETRY_MS);
  }

  async #openPort(key: string, port: number): Promise<void> {
    const handlers = key === HOST_LISTENER ? this.#byHost() : this.#byPort(key);
    const kept = key === HOST_LISTENER && port === 0 ? this.#options.keptHostPort : port;
    const host = key === HOST_LISTENER ? this.#options.host : undefined;
    const listener = await LoopbackListener.open(kept, handlers, host).catch(async (error: unknown) => {
      // A kept port may have been taken meanwhile; any other will do.
      if (kept === port) throw error;
      return await LoopbackListener.open(port, handlers, host);
    });
    this.#open.set(key, { port: listener.port, listener });
    if (key === HOST_LISTENER) this.#options.onHostPort(listener.port);
  }

  #byPort(appId: string): Handlers {
    return this.#handlers(() => this.#table.app(appId));
  }

  #byHost(): Handlers {
    return this.#handlers((host) => this.#table.appOfHost(host));
  }

  #handlers(find: (host: string | undefined) => EdgeApp | undefined): Handlers {
    const { onError, accessLog } = this.#options;
    const told = { log: accessLog, metrics: this.#metrics };
    const isClosing = () => this.#closed;
    const parts = { table: this.#table, agents: this.#agents, inFlight: this.#inFlight, isClosing };
    return {
      malformed: (socket, status) => tellMalformed(accessLog, find(undefined), socket, status),
      request: (request, response) => {
        const app = find(request.headers.host);
        const exchange = new Exchange(told, app, request, requestIdOf(request));
        if (app !== undefined) {
          proxyRequest(parts, app, request, response, exchange).catch(onError);
          return;
        }
        response.once('close', () => exchange.end(exchange.failure, unknownHost.status));
        sendFailure(request, response, unknownHost, exchange.requestId);
      },
      upgrade: (request, socket, head) => {
        const app = find(request.headers.host);
        const exchange = new Exchange(told, app, request, requestIdOf(request));
        if (app !== undefined) {
          proxyUpgrade(parts, app, request, socket, head, exchange).catch(onError);
          return;
        }
        socket.once('close', () => exchange.end(exchange.failure, unknownHost.status));
        socket.on('error', () => socket.destroy());
        writeFailure(request, socket, unknownHost, exchange.requestId);
      },
    };
  }
}

async function untilNot(condition: () => boolean, deadline: number): Promise<void> {
  while (condition() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
}
