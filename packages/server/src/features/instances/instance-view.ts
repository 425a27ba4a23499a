import { RigError } from '@rig-ops/contract/errors';
import type { Problem } from '@rig-ops/contract/resources';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import type { AppState, CommandTarget, PortTarget } from '../../deployments.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { toProcesses } from '../releases/to-release.ts';
import type { InstanceEnvironments } from './instance-environments.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from './instance-store.ts';
import { toInstance } from './to-instance.ts';

/** Several apps are asked about in one go; one sample serves them all. */
const USAGE_MS = 500;
/** How long the engine may take to tell what runs. */
const READY_MS = 5_000;

export interface InstanceViewOptions {
  engine: Engine;
  mirror: EngineMirror;
  releases: ReleaseStore;
  instances: InstanceStore;
  environmentOf: InstanceEnvironments;
  urlOf: (appId: string) => Promise<string | null>;
  /** Whether a deploy of the app has not ended. */
  isDeploying: (appId: string) => Promise<boolean>;
}

/** Which instances of an app; any when nothing is said. */
interface Wanted {
  process?: string | undefined;
  instance?: string | undefined;
}

/** Reads what runs: what is wanted, joined with what the engine sees. */
export class InstanceView {
  readonly #options: InstanceViewOptions;
  #usage: { until: number; sample: Promise<Map<string, ProcessUsage>> } | null = null;

  constructor(options: InstanceViewOptions) {
    this.#options = options;
  }

  async stateOf(app: AppRecord): Promise<AppState> {
    const { instances, isDeploying, mirror, releases, urlOf } = this.#options;
    const [live, wanted, usage, deploying] = await Promise.all([
      releases.live(app.id),
      instances.ofApp(app.id),
      this.#sampleUsage(),
      isDeploying(app.id),
    ]);
    const shown = wanted.map((instance) =>
      toInstance(instance, mirror.instance(instance.id), usage.get(instance.id)),
    );
    const processes = live === null ? [] : toProcesses(live.runtime);
    const count = processes.reduce((sum, process) => sum + process.instances, 0);
    const well = shown.filter(({ release, state }) => release === live?.version && state === 'running');
    const hasWeb = processes.some(({ name }) => name === 'web');
    return {
      url: hasWeb ? await urlOf(app.id) : null,
      release: live?.version ?? null,
      status: deploying
        ? 'deploying'
        : live === null
          ? 'empty'
          : well.length < count
            ? 'degraded'
            : 'running',
      processes,
      instances: shown,
    };
  }

  /** Where a command runs: in the wanted instance, else in the first running one, `web` before others. */
  async resolve(app: AppRecord, wanted: Wanted): Promise<CommandTarget> {
    for (const instance of await this.#candidates(app, wanted)) {
      const target = await this.#targetOf(instance);
      if (target !== null) return target;
    }
    throw notRunning(app, wanted);
  }

  /** All that a command could run in, the first one first. */
  async portTargets(app: AppRecord, wanted: Wanted): Promise<PortTarget[]> {
    const { mirror } = this.#options;
    // Right after rigd's own start nothing is known yet, and whoever lost it then is here again at once.
    await mirror
      .until(() => (mirror.ready ? true : undefined), AbortSignal.timeout(READY_MS))
      .catch(() => undefined);
    const running = (await this.#candidates(app, wanted)).filter(
      ({ id }) => mirror.instance(id)?.state === 'running',
    );
    if (running.length === 0) throw notRunning(app, wanted);
    return running.map((instance) => ({
      id: instance.id,
      name: instanceName(instance),
      port: instance.port,
    }));
  }

  async #candidates(app: AppRecord, wanted: Wanted): Promise<InstanceRecord[]> {
    const live = await this.#options.releases.live(app.id);
    if (live === null)
      throw new RigError('instance_not_found', `${app.name} has no live release yet.`, {
        hint: `Run \`rig deploy --app ${app.name}\`.`,
      });
    const processes = live.runtime.processes.map(({ name }) => name);
    if (wanted.process !== undefined && !processes.includes(wanted.process))
      throw new RigError(
        'process_not_found',
        `${app.name} has no process ${JSON.stringify(wanted.process)}; it has ${processes.join(', ')}.`,
      );
    return (await this.#options.instances.ofApp(app.id))
      .filter(({ release, desired }) => release === live.version && desired === 'run')
      .filter(({ process }) => wanted.process === undefined || process === wanted.process)
      .filter((instance) => wanted.instance === undefined || instanceName(instance) === wanted.instance)
      .toSorted((left, right) => Number(right.process === 'web') - Number(left.process === 'web'));
  }

  /** The engine, when it does not answer. */
  async problems(): Promise<Problem[]> {
    try {
      await this.#options.engine.instances();
      return [];
    } catch {
      return [
        {
          code: 'engine_unreachable',
          app: null,
          message: 'What runs the instances does not answer; apps go on, but cannot be deployed or watched.',
          fix: 'Run `rig platform status`.',
        },
      ];
    }
  }

  async #targetOf(instance: InstanceRecord): Promise<CommandTarget | null> {
    const { environmentOf, mirror } = this.#options;
    const report = mirror.instance(instance.id);
    if (report?.state !== 'running') return null;
    const env = await environmentOf(instance.id);
    return env && { id: instance.id, name: instanceName(instance), cwd: report.spec.cwd, env };
  }

  /** Empty when the engine does not answer: then nothing is known. */
  #sampleUsage(): Promise<Map<string, ProcessUsage>> {
    if (this.#usage === null || this.#usage.until < Date.now()) {
      const sample = this.#options.engine.usage().then(
        (usage) => new Map(usage.map((each) => [each.instance, each])),
        () => new Map<string, ProcessUsage>(),
      );
      this.#usage = { until: Date.now() + USAGE_MS, sample };
    }
    return this.#usage.sample;
  }
}

function notRunning({ name }: AppRecord, { instance, process }: Wanted): RigError {
  const which = instance ?? process;
  return new RigError(
    'instance_not_found',
    which === undefined
      ? `No instance of ${name} is running.`
      : `${name} has no running instance ${JSON.stringify(which)}.`,
  );
}
