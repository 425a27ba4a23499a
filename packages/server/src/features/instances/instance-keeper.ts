import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { newId } from '../../ids.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { EventLog } from '../events/event-log.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { Backoff } from './backoff.ts';
import { checkHealth } from './check-health.ts';
import { findFreePort, INSTANCE_PORTS, isPortFree } from '../../ports/find-free-port.ts';
import { describeExit } from './describe-exit.ts';
import type { InstanceLauncher } from './instance-launcher.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from './instance-store.ts';
import { probeInstance } from './probe-instance.ts';
import type { RunCheck } from './run-check.ts';

/** One instance of a live release that ought to run, with what it belongs to. */
export interface KeptInstance {
  app: AppRecord;
  release: ReleaseRecord;
  instance: InstanceRecord;
}

export interface InstanceKeeperOptions {
  engine: Engine;
  mirror: EngineMirror;
  instances: InstanceStore;
  launcher: InstanceLauncher;
  events: EventLog;
  runCheck: RunCheck;
  /** Whether a release can be started; where not, `onChange` is called when it may be. Always when absent. */
  isReady?: (release: ReleaseRecord) => Promise<boolean>;
  /** Has somebody look at everything again, at once or in so many milliseconds. */
  onChange: (inMs?: number) => void;
}

/** Nobody reads them here: a crash is told with its exit code, and the log is there. */
const lastLines = () => Promise.resolve([]);

const placeOf = ({ appId, release, process, ordinal }: InstanceRecord): string =>
  `${appId}/${release}/${process}/${ordinal}`;

/** Keeps instances of live releases running: starts what is missing, starts again what ended, checks health after a start. */
export class InstanceKeeper {
  readonly #options: InstanceKeeperOptions;
  readonly #backoff = new Backoff();
  /** Ids that this life of rigd has started; the engine may not have told of them yet. */
  readonly #launched = new Set<string>();
  /** When an ended instance may start again, in milliseconds since the epoch. */
  readonly #due = new Map<string, number>();
  readonly #checking = new Map<string, Promise<void>>();

  constructor(options: InstanceKeeperOptions) {
    this.#options = options;
  }

  /** Does the next thing that is due for one instance. */
  async tend(kept: KeptInstance, signal: AbortSignal): Promise<void> {
    const { instance } = kept;
    const report = this.#options.mirror.instance(instance.id);
    if (report === undefined) await this.#startMissing(kept);
    else if (report.state === 'exited') await this.#handleExit(kept, report);
    else if (report.state !== 'stopping') this.#watchHealth(kept, signal);
  }

  /** Waits for health checks under way to end; they end with the signal they were given. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#checking.values());
  }

  async #startMissing(kept: KeptInstance): Promise<void> {
    const { instances, launcher } = this.#options;
    const { app, release, instance } = kept;
    if (this.#launched.has(instance.id)) {
      await launcher.launch(app, release, instance);
      return;
    }
    if (!(await this.#isReady(release))) return;
    // It is from before the engine was restarted; whatever has its port now is somebody else.
    const next = { id: newId('ins'), port: await this.#portFor(instance), countRestart: false };
    await instances.replace(instance.id, next);
    this.#launched.add(next.id);
    await launcher.launch(app, release, { ...instance, id: next.id, port: next.port });
  }

  async #handleExit(kept: KeptInstance, report: InstanceReport): Promise<void> {
    const { app, instance, release } = kept;
    const { events, instances, mirror, onChange } = this.#options;
    const due = this.#due.get(instance.id);
    if (due !== undefined) {
      if (Date.now() >= due && (await this.#isReady(release))) await this.#restart(kept);
      return;
    }
    const lived = Date.parse(report.endedAt ?? report.startedAt) - Date.parse(report.startedAt);
    const wait = this.#backoff.next(placeOf(instance), lived);
    this.#due.set(instance.id, Date.now() + wait);
    onChange(wait);
    await instances.setHealth(instance.id, 'unhealthy', null);
    if (mirror.wasStopped(instance.id)) return;
    await events.append({
      app: app.name,
      kind: 'instance.crashed',
      message: `${instanceName(instance)} of v${release.version} ${describeExit(report)}; it starts again in ${wait / 1000} s.`,
      details: {
        ...aboutOf({ instance, release }),
        exitCode: report.exitCode,
        ...(report.outOfMemory === true ? { outOfMemory: true } : {}),
      },
    });
  }

  async #restart({ app, instance, release }: KeptInstance): Promise<void> {
    const { events, instances, launcher, mirror } = this.#options;
    const countRestart = !mirror.wasStopped(instance.id);
    const next = { id: newId('ins'), port: await this.#portFor(instance), countRestart };
    await instances.replace(instance.id, next);
    this.#due.delete(instance.id);
    this.#launched.delete(instance.id);
    this.#launched.add(next.id);
    await mirror.forgetInstance(instance.id);
    await launcher.launch(app, release, { ...instance, id: next.id, port: next.port });
    await events.append({
      app: app.name,
      kind: 'instance.restarted',
      message: `${instanceName(instance)} of v${release.version} was started again.`,
      details: aboutOf({ instance, release }),
    });
  }

  async #isReady(release: ReleaseRecord): Promise<boolean> {
    return (await this.#options.isReady?.(release)) !== false;
  }

  async #portFor(instance: InstanceRecord): Promise<number | null> {
    if (instance.port === null || (await isPortFree(instance.port))) return instance.port;
    const taken = new Set((await this.#options.instances.list()).flatMap(({ port }) => port ?? []));
    return findFreePort(INSTANCE_PORTS, instance.port, taken);
  }

  #watchHealth(kept: KeptInstance, signal: AbortSignal): void {
    const { id, health, host } = kept.instance;
    if (this.#checking.has(id)) return;
    // One that was well once is asked as its release says, and one whose release says nothing not at all.
    const wasWell = health === 'healthy' || host !== null;
    const isWatched = kept.release.runtime.health.check !== undefined;
    if (health === 'healthy' && !isWatched) return;
    const checking = (
      wasWell && isWatched ? this.#watchLive(kept, signal) : this.#checkUntilHealthy(kept, signal)
    )
      // What could not be asked or noted now is tried again at the next look.
      .catch(() => undefined)
      .finally(() => this.#checking.delete(id));
    this.#checking.set(id, checking);
  }

  /** Goes on until it is healthy or has ended; tells once when it takes longer than its release allows. */
  async #checkUntilHealthy({ app, instance, release }: KeptInstance, signal: AbortSignal): Promise<void> {
    const { events, instances, mirror, onChange } = this.#options;
    for (let told = instance.health === 'unhealthy'; !signal.aborted; told = true) {
      try {
        const { host } = await checkHealth({
          instance,
          plan: release.runtime.health,
          mirror,
          runCheck: this.#options.runCheck,
          lastLines,
          signal,
        });
        await instances.setHealth(instance.id, 'healthy', host);
        onChange();
        if (told) await this.#tellHealthy({ app, instance, release });
        return;
      } catch (error) {
        const state = mirror.instance(instance.id)?.state;
        if (signal.aborted || (state !== 'running' && state !== 'starting')) return;
        if (told) continue;
        await instances.setHealth(instance.id, 'unhealthy', null);
        const { message } = error as Error;
        const details = aboutOf({ instance, release });
        await events.append({ app: app.name, kind: 'instance.unhealthy', message, details });
      }
    }
  }

  async #tellHealthy({ app, instance, release }: KeptInstance): Promise<void> {
    await this.#options.events.append({
      app: app.name,
      kind: 'instance.healthy',
      message: `${instanceName(instance)} of v${release.version} is healthy.`,
      details: aboutOf({ instance, release }),
    });
  }

  /** Asks a live instance for as long as it runs; tells when it becomes unwell, and when it is well again. */
  async #watchLive({ app, instance, release }: KeptInstance, signal: AbortSignal): Promise<void> {
    const { events, instances, mirror, onChange, runCheck } = this.#options;
    const plan = release.runtime.health;
    if (plan.check === undefined) return;
    const { answerSeconds, healthyAfter, intervalSeconds, unhealthyAfter } = plan.check;
    let { health } = instance;
    let row = 0;
    for (;;) {
      await delay(intervalSeconds * 1000, undefined, { signal });
      // One that was replaced, drains or has ended is somebody else's.
      const now = (await instances.ofApp(app.id)).find(({ id }) => id === instance.id);
      if (now?.desired !== 'run' || mirror.instance(instance.id)?.state !== 'running') return;
      const found = await probeInstance({
        instance,
        plan,
        runCheck,
        timeoutMs: answerSeconds * 1000,
        signal,
      });
      if (mirror.instance(instance.id)?.state !== 'running') return;
      if (!found.isWell && !found.wasAsked) continue;
      row = found.isWell === (health === 'healthy') ? 0 : row + 1;
      if (row < (found.isWell ? healthyAfter : unhealthyAfter)) continue;
      row = 0;
      health = found.isWell ? 'healthy' : 'unhealthy';
      await instances.setHealth(instance.id, health, found.isWell ? found.host : instance.host);
      const what = found.isWell ? 'is healthy again' : `became unhealthy: ${found.why}`;
      const message = `${instanceName(instance)} of v${release.version} ${what}.`;
      await events.append({
        app: app.name,
        kind: found.isWell ? 'instance.healthy' : 'instance.unhealthy',
        message,
        details: aboutOf({ instance, release }),
      });
      onChange();
    }
  }
}

const aboutOf = ({ instance, release }: Pick<KeptInstance, 'instance' | 'release'>) => ({
  instance: instanceName(instance),
  release: release.version,
});
