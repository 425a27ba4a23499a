import type { Problem } from '@rig-ops/contract/resources';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import type { AppState } from '../../deployments.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { toProcesses } from '../releases/to-release.ts';
import type { InstanceStore } from './instance-store.ts';
import { toInstance } from './to-instance.ts';

/** Several apps are asked about in one go; one sample serves them all. */
const USAGE_MS = 500;

export interface InstanceViewOptions {
  engine: Engine;
  mirror: EngineMirror;
  releases: ReleaseStore;
  instances: InstanceStore;
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
