import { RigError } from '@rig-ops/contract/errors';
import type { AuditDrain, NewAuditDrain, Problem } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../../clock.ts';
import { checkHeaders } from '../../../outgoing/check-headers.ts';
import { DrainPump } from '../../../drains/drain-pump.ts';
import type { DrainOrigin, DrainSink } from '../../../drains/drain-sink.ts';
import { parseDrainUrl } from '../../../drains/parse-drain-url.ts';
import { drainSinks } from '../../../drains/registry.ts';
import type { SqlAuditLog } from '../sql-audit-log.ts';
import { sourceOfAuditLog } from './audit-drain-source.ts';
import { type AuditDrainStore, type StoredDrain } from './audit-drain-store.ts';

export interface AuditDrainServiceDeps {
  readonly store: AuditDrainStore;
  readonly log: SqlAuditLog;
  readonly origin: DrainOrigin;
  readonly clock: Clock;
}

interface RunningDrain {
  readonly drain: StoredDrain;
  readonly sink: DrainSink;
  readonly pump: DrainPump;
}

/** One hiccup is none; a receiver that stays away is a problem. */
const TOLD_FAILURES = 3;

/** Sends the audit log on to receivers outside, and knows how that goes. */
export class AuditDrainService {
  readonly #deps: AuditDrainServiceDeps;
  readonly #running = new Map<string, RunningDrain>();

  constructor(deps: AuditDrainServiceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const drain of await this.#deps.store.list()) this.#run(drain);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ pump }) => pump.stop()));
  }

  /** The last record that every receiver has. */
  get drainedThrough(): number {
    return Math.min(
      Number.MAX_SAFE_INTEGER,
      ...[...this.#running.values()].map(({ pump }) => pump.state.position),
    );
  }

  list(): AuditDrain[] {
    return [...this.#running.values()]
      .map((running) => this.#describe(running))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws RigError `invalid_input`, `drain_target_refused`, `drain_exists` */
  async add(wanted: NewAuditDrain): Promise<AuditDrain> {
    const { store, log, clock } = this.#deps;
    const drain: StoredDrain = {
      name: wanted.name,
      url: wanted.url,
      headers: checkHeaders(wanted.headers ?? {}),
      ca: wanted.ca,
      allowPrivate: wanted.allowPrivate ?? false,
      position: wanted.fromStart === true ? 0 : log.head.seq,
      createdAt: timestampOf(clock),
    };
    parseDrainUrl(drain.url, drain);
    await store.add(drain);
    return this.#describe(this.#run(drain));
  }

  /**
   * Sends one record that says it is a test.
   * @throws RigError `drain_not_found`, `drain_failed`, `drain_target_refused`
   */
  async test(name: string, user: string, signal: AbortSignal): Promise<void> {
    const { sink } = this.#require(name);
    const { rejected, message } = await sink.send(
      [
        {
          at: timestampOf(this.#deps.clock),
          severity: 'info',
          event: 'audit.drain.test',
          body: JSON.stringify({ test: true, drain: name, user }),
          attributes: { test: true, drain: name, user },
        },
      ],
      signal,
    );
    if (rejected > 0)
      throw new RigError(
        'drain_failed',
        `The receiver threw the record away: ${message ?? 'no reason given'}.`,
      );
  }

  /** @throws RigError `drain_not_found` */
  async remove(name: string): Promise<void> {
    const { pump } = this.#require(name);
    this.#running.delete(name);
    await pump.stop();
    await this.#deps.store.remove(name);
  }

  problems(): Problem[] {
    const failing = this.list().filter(({ failures }) => failures >= TOLD_FAILURES);
    if (failing.length === 0) return [];
    const what = failing.map(({ name, lag, lastError }) => `${name} is ${lag} records behind (${lastError})`);
    return [
      {
        code: 'audit_drain_failing',
        app: null,
        message: `The audit log does not reach its receiver: ${what.join('; ')}`,
        fix: 'Run `rig audit drains list`, and `rig audit drains test NAME`.',
      },
    ];
  }

  #run(drain: StoredDrain): RunningDrain {
    const { store, log, origin, clock } = this.#deps;
    const target = parseDrainUrl(drain.url, { ...drain, allowPrivate: true });
    const sink = drainSinks[target.kind]({ ...target, allowPrivate: drain.allowPrivate }, origin);
    const pump = new DrainPump({
      source: sourceOfAuditLog(log),
      sink,
      position: drain.position,
      savePosition: (position) => store.savePosition(drain.name, position),
      clock,
    });
    pump.start();
    const running = { drain, sink, pump };
    this.#running.set(drain.name, running);
    return running;
  }

  #require(name: string): RunningDrain {
    const running = this.#running.get(name);
    if (running === undefined) throw new RigError('drain_not_found', `There is no drain ${name}.`);
    return running;
  }

  #describe({ drain, pump }: RunningDrain): AuditDrain {
    const { position, lastSentAt, failures, rejected, lastError } = pump.state;
    return {
      name: drain.name,
      url: drain.url,
      headerNames: Object.keys(drain.headers),
      allowPrivate: drain.allowPrivate,
      createdAt: drain.createdAt,
      position,
      lag: Math.max(0, this.#deps.log.head.seq - position),
      lastSentAt,
      failures,
      rejected,
      lastError,
    };
  }
}
