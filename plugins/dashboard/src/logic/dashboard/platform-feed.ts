import { setTimeout as sleep } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import type { DashboardData, Loaded } from './dashboard-data.ts';
import { describeProblem } from './describe-problem.ts';
import { followLog } from './follow-log.ts';
import { MetricsHistory, STEP_MS, type Step } from './metrics-history.ts';
import { TREND_POINTS } from './dashboard-data.ts';
import type { Wanted } from './wanted-data.ts';

export interface FeedOptions {
  client: RigClient;
  data: DashboardData;
  /** Milliseconds between two looks at the status. */
  intervalMs: number;
  signal: AbortSignal;
  /** Something of the data has changed. */
  onChange: () => void;
  /** Behind each look at the status, whether it was answered or not. */
  onLook: () => void;
  /** Whether nothing is to be asked at present. */
  isPaused: () => boolean;
  /** A test's own is shorter. */
  eventPauseMs?: number;
}

const EVENTS_AT_FIRST = 200;
const ITEMS = 200;
const SLOW_STEPS = ['10s', '60s'] as const satisfies Step[];
/** A point is there a little behind the end of its step. */
const SETTLED_MS = 300;

/** Keeps the data current: asks for what changes by itself, and for what the screen shows. */
export class PlatformFeed {
  readonly #options: FeedOptions;
  #wanted: Wanted = { log: null, app: null, releasesOf: null, sessions: false, audit: false, range: '1s' };
  #stopLog: AbortController | undefined;
  #logKey = '';
  #wake = Promise.withResolvers<void>();
  readonly #nextAt: Record<'10s' | '60s', number> = { '10s': 0, '60s': 0 };

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Runs until the signal. Never throws: what goes wrong is part of the data. */
  async run(): Promise<void> {
    await Promise.all([this.#watchStatus(), this.#watchEvents()]);
  }

  /** What the screen shows from now on. */
  want(wanted: Wanted): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    const { data } = this.#options;
    if (wanted.app !== before.app) data.instances = new MetricsHistory('1s', TREND_POINTS);
    if (wanted.releasesOf !== before.releasesOf) {
      data.releases = { items: [], state: 'loading', problem: null };
      void this.#loadReleases();
    }
    if (wanted.sessions && !before.sessions) void this.#loadSessions();
    if (wanted.audit && !before.audit) void this.#loadAudit();
    const logKey = JSON.stringify(wanted.log);
    if (logKey !== this.#logKey) {
      this.#logKey = logKey;
      this.#stopLog?.abort();
      this.#stopLog = undefined;
      data.log.clear();
      data.logState = { isLost: false, problem: null };
      if (wanted.log !== null) void this.#followLog(wanted.log);
    }
    if (wanted.app !== before.app || wanted.range !== before.range) this.wake();
  }

  /** Asks now instead of at the next turn. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Asks again for what is not asked by itself. */
  reload(): void {
    if (this.#wanted.audit) void this.#loadAudit();
    this.wake();
  }

  async #watchStatus(): Promise<void> {
    const { signal, intervalMs, isPaused, onLook } = this.#options;
    while (!signal.aborted) {
      const begun = performance.now();
      if (!isPaused()) {
        await this.#look();
        onLook();
      }
      const left = Math.max(100, intervalMs - (performance.now() - begun));
      await Promise.race([sleep(left, undefined, { signal }).catch(() => undefined), this.#wake.promise]);
      this.#wake = Promise.withResolvers();
    }
  }

  /** One look: the status, and what has come since the last. */
  async #look(): Promise<void> {
    const { client, data, signal, onChange } = this.#options;
    try {
      data.status = await client.call('getStatus', { signal });
      data.statusAt = Date.now();
      data.problem = null;
      await Promise.all([this.#loadMetrics(), this.#wanted.sessions ? this.#loadSessions() : undefined]);
    } catch (error) {
      if (signal.aborted) return;
      data.problem = describeProblem(error);
    }
    onChange();
  }

  async #loadMetrics(): Promise<void> {
    const { data } = this.#options;
    const now = Date.now();
    const due = SLOW_STEPS.filter(
      (step) => now >= this.#nextAt[step] && (step === '10s' || this.#wanted.range === step),
    );
    await Promise.all([
      this.#merge(data.histories['1s']),
      this.#wanted.app === null ? undefined : this.#merge(data.instances, this.#wanted.app),
      ...due.map(async (step) => {
        await this.#merge(data.histories[step]);
        const { after } = data.histories[step];
        const newest = after === undefined ? now : Date.parse(after);
        // By the clock of the platform, which may be another: within a step of now it is taken.
        const next = newest + STEP_MS[step] + SETTLED_MS;
        this.#nextAt[step] = Math.min(Math.max(next, now + 1_000), now + STEP_MS[step]);
      }),
    ]);
    const names = new Set(data.status?.apps.map(({ name }) => name));
    for (const history of Object.values(data.histories)) history.retainApps(names);
  }

  async #merge(history: MetricsHistory, app?: string): Promise<void> {
    const { client, signal } = this.#options;
    const { after, step } = history;
    const query = {
      step,
      points: TREND_POINTS,
      ...(after === undefined ? {} : { after }),
      ...(app === undefined ? {} : { app }),
    };
    history.merge(await client.call('getMetrics', { query, signal }));
  }

  async #watchEvents(): Promise<void> {
    const { client, data, signal, onChange, isPaused, eventPauseMs = 1_000 } = this.#options;
    let last: number | undefined;
    while (!signal.aborted) {
      try {
        if (last === undefined) {
          const { events } = await client.call('listEvents', { query: { limit: EVENTS_AT_FIRST }, signal });
          data.addEvents(events.toReversed());
          last = events[0]?.id ?? 0;
          onChange();
        } else if (!isPaused()) {
          const params = { event: String(last) };
          const { events, missed } = await client.call('followEvents', {
            params,
            query: { limit: EVENTS_AT_FIRST, wait: 'true' },
            signal,
          });
          last = events.at(-1)?.id ?? last + missed;
          if (events.length > 0) this.#noticeEvents(events.map(({ app }) => app));
          data.addEvents(events);
          if (events.length > 0) continue;
        }
      } catch {
        // The status tells that the platform cannot be reached; events go on where they were.
      }
      await sleep(eventPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #noticeEvents(apps: (string | null)[]): void {
    const { releasesOf } = this.#wanted;
    if (releasesOf !== null && apps.includes(releasesOf)) void this.#loadReleases();
    this.wake();
  }

  async #loadReleases(): Promise<void> {
    const { client, data, signal } = this.#options;
    const app = this.#wanted.releasesOf;
    if (app === null) return;
    const loaded = await load(data.releases, async () => {
      const query = { limit: ITEMS };
      return (await client.call('listReleases', { params: { app }, query, signal })).releases;
    });
    if (this.#wanted.releasesOf === app) data.releases = loaded;
    this.#options.onChange();
  }

  async #loadSessions(): Promise<void> {
    const { client, data, signal, onChange } = this.#options;
    data.sessions = await load(
      data.sessions,
      async () => (await client.call('listSessions', { query: { limit: ITEMS }, signal })).sessions,
    );
    onChange();
  }

  async #loadAudit(): Promise<void> {
    const { client, data, signal, onChange } = this.#options;
    data.audit = await load(
      data.audit,
      async () => (await client.call('listAudit', { query: { limit: ITEMS }, signal })).events,
    );
    onChange();
  }

  async #followLog(log: NonNullable<Wanted['log']>): Promise<void> {
    const { client, data, signal, onChange } = this.#options;
    const stop = new AbortController();
    this.#stopLog = stop;
    const until = AbortSignal.any([signal, stop.signal]);
    try {
      await followLog(
        (wanted, aborted) => client.records('logs', wanted, { signal: aborted }),
        log,
        {
          onRecord: (record) => {
            if (until.aborted) return;
            data.log.add(record);
            onChange();
          },
          onConnection: (isLost) => {
            data.logState = { ...data.logState, isLost };
            onChange();
          },
        },
        until,
      );
    } catch (error) {
      if (until.aborted) return;
      data.logState = { isLost: false, problem: describeProblem(error) };
      onChange();
    }
  }
}

/** A failure that passes leaves what was known. */
async function load<T>(before: Loaded<T>, ask: () => Promise<T[]>): Promise<Loaded<T>> {
  try {
    return { items: await ask(), state: 'ready', problem: null };
  } catch (error) {
    if (isRigError(error) && error.httpStatus !== 403 && before.state === 'ready') return before;
    return { items: before.items, state: 'failed', problem: describeProblem(error) };
  }
}
