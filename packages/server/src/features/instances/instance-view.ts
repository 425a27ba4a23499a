import type { Problem } from '@rig-ops/contract/resources';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import type { AppState } from '../../deployments.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { PatientQuestion } from '../../patient-question.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import { toProcesses } from '../releases/to-release.ts';
import type { InstanceRecord, InstanceStore } from './instance-store.ts';
import { toInstance } from './to-instance.ts';

/** A sample looks at every process of the machine: one serves everybody for so long. */
const USAGE_MS = 1_000;
/** Who asks how things are shall hear it within a second, whatever hangs. */
const PATIENCE_MS = 600;
/** One that is busy, and answers late, is told of by what it has answered before. */
const LATELY_MS = 15_000;

export interface InstanceViewOptions {
  engine: Pick<Engine, 'sessions' | 'usage'>;
  mirror: EngineMirror;
  releases: ReleaseStore;
  instances: InstanceStore;
  urlOf: (appId: string) => Promise<string | null>;
  /** By id of the app. */
  urls: () => Promise<ReadonlyMap<string, string>>;
  /** Ids of apps with a deploy that has not ended. */
  deploying: () => Promise<ReadonlySet<string>>;
}

/** What an app's state is made of. */
interface Facts {
  live: ReleaseRecord | null;
  wanted: readonly InstanceRecord[];
  usage: ReadonlyMap<string, ProcessUsage>;
  isDeploying: boolean;
  url: string | null;
}

/** Reads what runs: what is wanted, joined with what the engine sees. */
export class InstanceView {
  readonly #options: InstanceViewOptions;
  readonly #usage: PatientQuestion<Map<string, ProcessUsage>>;
  readonly #engine: PatientQuestion<unknown>;

  constructor(options: InstanceViewOptions) {
    const { engine } = options;
    this.#options = options;
    this.#usage = new PatientQuestion(
      async () => new Map((await engine.usage()).map((each) => [each.instance, each])),
      PATIENCE_MS,
    );
    // The least that it can be asked.
    this.#engine = new PatientQuestion(() => engine.sessions(), PATIENCE_MS);
  }

  async stateOf(app: AppRecord): Promise<AppState> {
    const { deploying, instances, releases, urlOf } = this.#options;
    const [live, wanted, usage, busy, url] = await Promise.all([
      releases.live(app.id),
      instances.ofApp(app.id),
      this.#sampleUsage(),
      deploying(),
      urlOf(app.id),
    ]);
    return this.#describe({ live, wanted, usage, isDeploying: busy.has(app.id), url });
  }

  /** Of every app at once, by id: as many questions for a hundred as for one. */
  async states(): Promise<(appId: string) => AppState> {
    const { deploying, instances, releases, urls } = this.#options;
    const [live, wanted, usage, busy, urlOf] = await Promise.all([
      releases.allLive(),
      instances.list(),
      this.#sampleUsage(),
      deploying(),
      urls(),
    ]);
    const liveOf = new Map(live.map((release) => [release.appId, release]));
    const wantedOf = Map.groupBy(wanted, ({ appId }) => appId);
    return (id) =>
      this.#describe({
        live: liveOf.get(id) ?? null,
        wanted: wantedOf.get(id) ?? [],
        usage,
        isDeploying: busy.has(id),
        url: urlOf.get(id) ?? null,
      });
  }

  /** The engine, when it does not answer. */
  async problems(): Promise<Problem[]> {
    if ((await this.#engine.answer()) !== undefined) return [];
    return [
      {
        code: 'engine_unreachable',
        app: null,
        message: 'What runs the instances does not answer; apps go on, but cannot be deployed or watched.',
        fix: 'Run `rig platform status`.',
      },
    ];
  }

  #describe({ live, wanted, usage, isDeploying, url }: Facts): AppState {
    const { mirror } = this.#options;
    const shown = wanted.map((instance) =>
      toInstance(instance, mirror.instance(instance.id), usage.get(instance.id)),
    );
    const processes = live === null ? [] : toProcesses(live.runtime);
    const count = processes.reduce((sum, process) => sum + process.instances, 0);
    const well = shown.filter(({ release, state }) => release === live?.version && state === 'running');
    const idle = live === null ? 'empty' : well.length < count ? 'degraded' : 'running';
    return {
      url: processes.some(({ name }) => name === 'web') ? url : null,
      release: live?.version ?? null,
      status: isDeploying ? 'deploying' : idle,
      processes,
      instances: shown,
    };
  }

  /** Empty when the engine does not answer, nor has lately: then nothing is known. */
  async #sampleUsage(): Promise<ReadonlyMap<string, ProcessUsage>> {
    const usage = (await this.#usage.answer(USAGE_MS)) ?? this.#usage.latest(LATELY_MS);
    return usage ?? new Map<string, ProcessUsage>();
  }
}
