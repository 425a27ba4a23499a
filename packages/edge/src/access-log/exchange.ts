import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { AccessConnection, AccessOutcome, AccessRecord } from '@rig-ops/contract/access-record';
import type { EdgeApp, EdgeUpstream } from '@rig-ops/contract/edge';
import type { Tally, TrafficMetrics } from '../metrics/traffic-metrics.ts';

/** What is told of a record beside itself. */
export interface AccessSource {
  /** Id of the app; null for a request that no app answers to. */
  appId: string | null;
  /** As `web.1`, or `-`. */
  instance: string;
  /** 0 where no release is concerned. */
  release: number;
}

/** Takes records; never throws, never waits. */
export interface AccessLog {
  write(source: AccessSource, record: AccessRecord): void;
}

const MAX_PATH = 2048;
const MAX_HOST = 255;
/** Statuses from here on tell that the app has failed. */
const FIRST_FAILURE = 500;

interface Counts {
  read: number;
  written: number;
}

/** Bytes of a connection that belong to requests already told. */
const told = new WeakMap<Socket, Counts>();

/** Follows one request through the edge and tells how it ended. */
export class Exchange {
  readonly requestId: string;
  readonly #log: AccessLog;
  readonly #metrics: TrafficMetrics;
  readonly #app: EdgeApp | undefined;
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #startedAt = performance.now();
  readonly #failedAt = new Set<string>();
  #upstream: EdgeUpstream | undefined;
  /** Of the instance that answers, or that was asked last. */
  #tally: Tally | undefined;
  #connectMs: number | null = null;
  #firstByteMs: number | null = null;
  #problem: AccessConnection['problem'] | undefined;
  #protocol: string;
  #isTold = false;

  constructor(
    { log, metrics }: { log: AccessLog; metrics: TrafficMetrics },
    app: EdgeApp | undefined,
    request: IncomingMessage,
    requestId: string,
  ) {
    this.#log = log;
    this.#metrics = metrics;
    this.#app = app;
    this.#request = request;
    this.#socket = request.socket;
    this.requestId = requestId;
    this.#protocol = `HTTP/${request.httpVersion}`;
  }

  /** An instance has taken the connection. */
  connected(upstream: EdgeUpstream): void {
    this.#connectMs = this.#elapsed();
    this.#tally = this.#tallyOf(upstream);
  }

  /** The head of an answer is here. */
  answered(upstream: EdgeUpstream, status: number): void {
    this.#upstream = upstream;
    const firstByteMs = this.#elapsed();
    this.#firstByteMs = firstByteMs;
    this.#tally?.forEach((counters) => counters.answered(firstByteMs, status >= FIRST_FAILURE));
  }

  /** The connection now speaks something else. */
  upgraded(protocol: string): void {
    this.#protocol = protocol.slice(0, 64);
  }

  /** A connection to an instance failed; told once per instance and kind, however often it is tried. */
  failed(upstream: EdgeUpstream, problem: AccessConnection['problem']): void {
    this.#problem = problem;
    const key = `${upstream.instance} ${problem}`;
    if (this.#failedAt.has(key) || this.#app === undefined) return;
    this.#failedAt.add(key);
    this.#tallyOf(upstream)?.forEach((counters) => counters.unanswered());
    this.#tally = undefined;
    const instance = nameOf(upstream);
    this.#log.write(
      { appId: this.#app.id, instance, release: upstream.release ?? this.#app.release },
      { type: 'connection', requestId: this.requestId, problem, instance },
    );
  }

  /** Why no instance answered. */
  get failure(): AccessOutcome {
    if (this.#app === undefined) return 'no-route';
    return this.#problem ?? 'no-instance';
  }

  /** The request is over; only the first call counts. */
  end(outcome: AccessOutcome, status: number): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const { method = '', url = '', headers } = this.#request;
    const upstream = this.#upstream;
    const counts = takeCounts(this.#socket);
    const instance = upstream === undefined ? null : nameOf(upstream);
    this.#count(outcome, counts);
    this.#log.write(
      {
        appId: this.#app?.id ?? null,
        instance: instance ?? '-',
        release: upstream === undefined ? 0 : (upstream.release ?? this.#app?.release ?? 0),
      },
      {
        type: 'request',
        requestId: this.requestId,
        method,
        host: (headers.host ?? '').slice(0, MAX_HOST),
        path: (url.split('?', 1)[0] ?? '').slice(0, MAX_PATH),
        status,
        outcome,
        bytesIn: counts.read,
        bytesOut: counts.written,
        connectMs: this.#connectMs,
        firstByteMs: this.#firstByteMs,
        totalMs: this.#elapsed(),
        instance,
        protocol: this.#protocol,
        client: this.#socket.remoteAddress ?? '',
      },
    );
  }

  #count(outcome: AccessOutcome, { read, written }: Counts): void {
    const tally = this.#tally;
    if (tally === undefined) return;
    for (const counters of tally) {
      counters.carried(read, written);
      if (this.#upstream === undefined && outcome === 'client-gone') counters.abandoned(this.#elapsed());
      if (this.#upstream !== undefined && outcome === 'broken') counters.broken();
    }
  }

  #tallyOf(upstream: EdgeUpstream): Tally | undefined {
    return this.#app === undefined ? undefined : this.#metrics.of(this.#app, upstream);
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }
}

/** What a connection has carried since the request before on it. */
function takeCounts(socket: Socket): Counts {
  const now = { read: socket.bytesRead, written: socket.bytesWritten };
  const before = told.get(socket) ?? { read: 0, written: 0 };
  told.set(socket, now);
  return { read: now.read - before.read, written: now.written - before.written };
}

/** Tells of a connection on which something arrived that is no HTTP, and of what it was answered. */
export function tellMalformed(
  log: AccessLog,
  app: EdgeApp | undefined,
  socket: Socket,
  status: number,
): void {
  const { read, written } = takeCounts(socket);
  log.write(
    { appId: app?.id ?? null, instance: '-', release: 0 },
    {
      type: 'request',
      requestId: randomUUID(),
      method: '',
      host: '',
      path: '',
      status,
      outcome: 'bad-request',
      bytesIn: read,
      bytesOut: written,
      connectMs: null,
      firstByteMs: null,
      totalMs: 0,
      instance: null,
      protocol: 'HTTP/1.1',
      client: socket.remoteAddress ?? '',
    },
  );
}

const nameOf = ({ name, instance }: EdgeUpstream): string => name ?? instance;
