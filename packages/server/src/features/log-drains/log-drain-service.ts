import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { formatCursor } from '@rig-ops/contract/log-record';
import type { LogDrain, NewLogDrain, Problem } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { checkHeaders } from '../../outgoing/check-headers.ts';
import type { DrainOrigin } from '../../drains/drain-sink.ts';
import { parseDrainUrl } from '../../drains/parse-drain-url.ts';
import { drainSinks } from '../../drains/registry.ts';
import type { Logger } from '../../logger.ts';
import { parseTarget } from '../access/target.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { EventLog } from '../events/event-log.ts';
import { logsOf, RunningLogDrain } from './log-drain.ts';
import type { LogDrainStore, LogPositions, StoredLogDrain } from './log-drain-store.ts';
import { endOfLog } from './log-source.ts';

export interface LogDrainServiceDeps {
  readonly store: LogDrainStore;
  readonly apps: AppStore;
  /** Tells when apps come and go. */
  readonly events: Pick<EventLog, 'changed'>;
  /** Folder of all logs. */
  readonly folder: string;
  readonly origin: DrainOrigin;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One hiccup is none; a receiver that stays away is a problem. */
const TOLD_FAILURES = 3;

/** Sends logs on to receivers outside, and knows how that goes. */
export class LogDrainService {
  readonly #deps: LogDrainServiceDeps;
  readonly #running = new Map<string, RunningLogDrain>();
  readonly #closing = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(deps: LogDrainServiceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const { drain, positions } of await this.#deps.store.list()) await this.#run(drain, positions);
    this.#watching = this.#followApps();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#watching;
    await Promise.all([...this.#running.values()].map((running) => running.stop()));
  }

  async list(): Promise<LogDrain[]> {
    return await Promise.all([...this.#running.values()].map((running) => running.describe()));
  }

  /** @throws RigError `invalid_input`, `app_not_found`, `drain_target_refused`, `drain_exists` */
  async add(wanted: NewLogDrain): Promise<LogDrain> {
    const { store, clock, folder } = this.#deps;
    const drain: StoredLogDrain = {
      name: wanted.name,
      target: wanted.target,
      url: wanted.url,
      headers: checkHeaders(wanted.headers ?? {}),
      ca: wanted.ca,
      allowPrivate: wanted.allowPrivate ?? false,
      createdAt: timestampOf(clock),
    };
    parseDrainUrl(drain.url, drain);
    const positions: Record<string, string> = {};
    for (const app of await this.#appsOf(drain.target, true)) {
      for (const log of logsOf(app)) {
        const end = wanted.fromStart === true ? null : await endOfLog(join(folder, log));
        positions[log] = end === null ? '' : formatCursor(end);
      }
    }
    await store.add(drain, positions);
    return await (await this.#run(drain, positions)).describe();
  }

  /**
   * Sends one line that says it is a test.
   * @throws RigError `drain_not_found`, `drain_failed`, `drain_target_refused`
   */
  async test(name: string, user: string, signal: AbortSignal): Promise<void> {
    const { sink } = this.#require(name);
    const record = {
      at: timestampOf(this.#deps.clock),
      severity: 'info',
      event: 'log.drain.test',
      body: `A test of the drain ${name}, asked for by ${user}.`,
      attributes: { test: true, drain: name, user },
    } as const;
    const { rejected, message } = await sink.send([record], signal);
    if (rejected === 0) return;
    throw new RigError('drain_failed', `The receiver threw the line away: ${message ?? 'no reason given'}.`);
  }

  /** @throws RigError `drain_not_found` */
  async remove(name: string): Promise<void> {
    const running = this.#require(name);
    this.#running.delete(name);
    await running.stop();
    await this.#deps.store.remove(name);
  }

  /** Removes every drain of a target that is gone: another one of its name shall not inherit them. */
  async stopOf(target: string): Promise<void> {
    const names = [...this.#running.values()].filter(({ drain }) => drain.target === target);
    for (const { drain } of names) await this.remove(drain.name);
  }

  async problems(): Promise<Problem[]> {
    const failing = [...this.#running.values()].filter(({ failures }) => failures >= TOLD_FAILURES);
    const described = await Promise.all(failing.map((running) => running.describe()));
    return described.map(({ name, lag, lastError, target }) => ({
      code: 'log_drain_failing',
      app: target.startsWith('app/') ? target.slice('app/'.length) : null,
      message: `The drain ${name} is ${lag} lines behind: ${lastError ?? 'its receiver does not answer'}`,
      fix: `Run \`rig logs drains test ${name}\`.`,
    }));
  }

  async #run(drain: StoredLogDrain, positions: LogPositions): Promise<RunningLogDrain> {
    const { store, origin, clock, folder } = this.#deps;
    const target = parseDrainUrl(drain.url, { ...drain, allowPrivate: true });
    const sink = drainSinks[target.kind]({ ...target, allowPrivate: drain.allowPrivate }, origin);
    const running = new RunningLogDrain(drain, positions, { store, sink, folder, clock });
    this.#running.set(drain.name, running);
    await running.retain(await this.#appsOf(drain.target, false));
    return running;
  }

  /** @throws RigError `invalid_input`; `app_not_found` when it has to be there */
  async #appsOf(text: string, hasToBeThere: boolean): Promise<AppRecord[]> {
    const target = parseTarget(text);
    if (target.kind === 'platform') {
      throw new RigError('invalid_input', 'A drain sends the logs of app/NAME or of network/NAME.');
    }
    if (target.kind === 'app') {
      const app = await this.#deps.apps.get(target.name);
      if (app === undefined && hasToBeThere) {
        throw new RigError('app_not_found', `There is no app named ${target.name}.`);
      }
      return app === undefined ? [] : [app];
    }
    const found: AppRecord[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<AppStore['list']>> = await this.#deps.apps.list(
        cursor === null ? {} : { cursor },
      );
      found.push(...page.items.filter(({ network }) => network === target.name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  async #followApps(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // Listens before it looks, so that no app falls between.
      const changed = this.#deps.events.changed(signal);
      try {
        for (const running of this.#running.values()) {
          await running.retain(await this.#appsOf(running.drain.target, false));
        }
      } catch (error) {
        this.#deps.log.error('The logs of a drain could not be found', { error });
      }
      await changed;
    }
  }

  #require(name: string): RunningLogDrain {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    throw new RigError('drain_not_found', `There is no drain ${name}.`, {
      hint: 'Run `rig logs drains list`.',
    });
  }
}
