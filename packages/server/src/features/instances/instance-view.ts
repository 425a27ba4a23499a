import { RigError } from '@rig-ops/contract/errors';
import type { Problem } from '@rig-ops/contract/resources';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import type { AppState, CommandTarget } from '../../deployments.ts';
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
  async resolve(app: AppRecord, wanted: { process?: string; instance?: string }): Promise<CommandTarget> {
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
    const candidates = (await this.#options.instances.ofApp(app.id))
      .filter(({ release, desired }) => release === live.version && desired === 'run')
      .filter(({ process }) => wanted.process === undefined || process === wanted.process)
      .filter((instance) => wanted.instance === undefined || instanceName(instance) === wanted.instance)
      .toSorted((left, right) => Number(right.process === 'web') - Number(left.process === 'web'));
    for (const instance of candidates) {
      const target = await this.#targetOf(instance);
      if (target !== null) return target;
    }
    const which = wanted.instance ?? wanted.process;
    throw new RigError(
      'instance_not_found',
      which === undefined
        ? `No instance of ${app.name} is running.`
        : `${app.name} has no running instance ${JSON.stringify(which)}.`,
    );
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
