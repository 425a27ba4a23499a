import { RigError } from '@rig-ops/contract/errors';
import type { AppOperation } from '@rig-ops/contract/resources';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { EventLog } from '../events/event-log.ts';
import { type InstanceRecord, instanceName } from '../instances/instance-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { AppOperations } from './app-operations.ts';
import type { InstanceChanger } from './instance-changer.ts';
import type { SqlScaleStore } from './scale-store.ts';

/** How long one look at an operation waits for its end. */
const WAIT_MS = 20_000;

export interface OperateServiceOptions {
  apps: AppStore;
  releases: Pick<ReleaseStore, 'live' | 'allLive'>;
  scales: SqlScaleStore;
  operations: AppOperations;
  changer: InstanceChanger;
  events: EventLog;
  /** Ends with rigd. */
  life: AbortSignal;
}

/** Restarts and scales live releases. */
export class OperateService {
  readonly #options: OperateServiceOptions;

  constructor(options: OperateServiceOptions) {
    this.#options = options;
  }

  /** @throws RigError `app_not_found`, `process_not_found`, `instance_not_found`, `deploy_in_progress` */
  async restart(
    appName: string,
    wanted: { process?: string | undefined; instance?: string | undefined },
  ): Promise<AppOperation> {
    const { apps, changer, events, life, operations } = this.#options;
    const app = await requireApp(apps, appName);
    const release = await this.#liveOf(app);
    const targets = chooseInstances(app, release, await changer.ofRelease(release), wanted);
    const names = targets.map(instanceName);
    return operations.begin(
      app,
      'restart',
      names,
      async (signal) => {
        for (const target of targets) await changer.replace(app, release, target, signal);
        await events.append({
          app: app.name,
          kind: 'app.restarted',
          message: `${names.join(', ')} of v${release.version} ${names.length === 1 ? 'was' : 'were'} restarted.`,
          details: { instances: names, release: release.version },
        });
      },
      life,
    );
  }

  /**
   * Sets the wanted numbers and brings the live release to them. If a new instance does not become healthy
   * the numbers are what they were. Before the first release they are kept for it.
   * @throws RigError `app_not_found`, `process_not_found`, `deploy_in_progress`
   */
  async scale(appName: string, processes: Readonly<Record<string, number>>): Promise<AppOperation> {
    const { apps, events, life, operations, releases, scales } = this.#options;
    const app = await requireApp(apps, appName);
    const live = await releases.live(app.id);
    const counts = new Map(Object.entries(processes));
    const names = [...counts].map(([process, count]) => `${process}=${count}`);
    if (live !== null) checkProcesses(app, live, counts.keys());
    return operations.begin(
      app,
      'scale',
      names,
      async (signal) => {
        const before = await this.#countsBefore(app, live, counts);
        await scales.set(app.id, counts, live?.version ?? null);
        try {
          if (live !== null) await this.#align(app, await this.#liveOf(app), signal);
        } catch (error) {
          if (!signal.aborted) await scales.set(app.id, before, live?.version ?? null);
          throw error;
        }
        await events.append({
          app: app.name,
          kind: 'app.scaled',
          message: `Scaled to ${names.join(', ')}.`,
          details: { processes },
        });
      },
      life,
    );
  }

  /** The latest operation of an app, once it has ended or 20 seconds are over; null where none is known. */
  async latest(appName: string, signal: AbortSignal): Promise<AppOperation | null> {
    const { apps, operations } = this.#options;
    const app = await requireApp(apps, appName);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, WAIT_MS);
    signal.addEventListener('abort', () => late.resolve(), { once: true });
    await Promise.race([operations.idle(app.id), late.promise]);
    clearTimeout(timer);
    return operations.latest(app.id);
  }

  /** Brings live releases in line whose change was cut off with the life of rigd before. */
  async resume(log: (error: unknown, app: AppRecord) => void): Promise<void> {
    const { apps, changer, life, operations, releases } = this.#options;
    for (const release of await releases.allLive()) {
      const app = await apps.getById(release.appId);
      if (app === undefined || isInLine(release, await changer.ofRelease(release))) continue;
      const align = (signal: AbortSignal) => this.#align(app, release, signal);
      await operations.begin(app, 'scale', [], align, life).catch((error: unknown) => log(error, app));
    }
  }

  async #align(app: AppRecord, release: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { changer } = this.#options;
    const { missing, extra } = compare(release, await changer.ofRelease(release));
    if (missing.length > 0) await changer.add(app, release, missing, signal);
    await changer.remove(app, release, extra, signal);
  }

  async #countsBefore(
    app: AppRecord,
    live: ReleaseRecord | null,
    counts: ReadonlyMap<string, number>,
  ): Promise<Map<string, number>> {
    const asked = await this.#options.scales.of(app.id);
    const running = new Map(live?.runtime.processes.map(({ name, instances }) => [name, instances]));
    return new Map([...counts.keys()].map((name) => [name, running.get(name) ?? asked.get(name) ?? 1]));
  }

  async #liveOf(app: AppRecord): Promise<ReleaseRecord> {
    const release = await this.#options.releases.live(app.id);
    if (release === null)
      throw new RigError('instance_not_found', `${app.name} has no live release yet.`, {
        hint: `Run \`rig deploy --app ${app.name}\`.`,
      });
    return release;
  }
}

function checkProcesses(app: AppRecord, { runtime }: ReleaseRecord, names: Iterable<string>): void {
  const known = runtime.processes.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name))
      throw new RigError(
        'process_not_found',
        `${app.name} has no process ${JSON.stringify(name)}; it has ${known.join(', ')}.`,
      );
}

function chooseInstances(
  app: AppRecord,
  release: ReleaseRecord,
  instances: readonly InstanceRecord[],
  { process, instance }: { process?: string | undefined; instance?: string | undefined },
): InstanceRecord[] {
  if (process !== undefined) checkProcesses(app, release, [process]);
  const chosen = instances
    .filter(({ desired }) => desired === 'run')
    .filter((each) => process === undefined || each.process === process)
    .filter((each) => instance === undefined || instanceName(each) === instance);
  if (chosen.length === 0 && (instance !== undefined || process !== undefined))
    throw new RigError(
      'instance_not_found',
      `${app.name} has no instance ${JSON.stringify(instance ?? process)} that runs.`,
    );
  return chosen;
}

type Place = Pick<InstanceRecord, 'process' | 'ordinal' | 'turn'>;

/** What a release lacks of the instances it is to have, and has beyond them. Of two in a place the later stays if it is healthy. */
function compare(
  { runtime }: ReleaseRecord,
  all: readonly InstanceRecord[],
): { missing: Place[]; extra: InstanceRecord[] } {
  const running = all.filter(({ desired }) => desired === 'run');
  const missing: Place[] = [];
  const kept = new Set<string>();
  for (const { name, instances } of runtime.processes) {
    for (let ordinal = 1; ordinal <= instances; ordinal += 1) {
      const here = running
        .filter((each) => each.process === name && each.ordinal === ordinal)
        .toSorted((left, right) => right.turn - left.turn);
      const best = here.find(({ health }) => health === 'healthy') ?? here.at(-1);
      if (best === undefined) missing.push({ process: name, ordinal, turn: nextTurn(all, name, ordinal) });
      else kept.add(best.id);
    }
  }
  return { missing, extra: running.filter(({ id }) => !kept.has(id)) };
}

/** One that still drains has its place as well. */
const nextTurn = (all: readonly InstanceRecord[], process: string, ordinal: number): number =>
  Math.max(
    0,
    ...all.filter((each) => each.process === process && each.ordinal === ordinal).map(({ turn }) => turn),
  ) + 1;

const isInLine = (release: ReleaseRecord, instances: readonly InstanceRecord[]): boolean => {
  const { missing, extra } = compare(release, instances);
  return missing.length + extra.length === 0;
};
