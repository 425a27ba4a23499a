import { describeSeconds } from '@rig-ops/contract/rollout-text';
import type { Clock } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Pause } from '../../pause.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { DeployRecord, DeployStore } from '../deploys/deploy-store.ts';
import type { Edge } from '../deploys/edge.ts';
import { type InstanceRecord, instanceName } from '../instances/instance-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { judgeErrors } from './judge-traffic.ts';
import { markOf, trafficSince } from './read-traffic.ts';
import type { TrafficMark } from './rollout-state.ts';

const LOOK_MS = 1_000;
/** An instance that was started again so often is in a crash loop. */
const CRASHES = 3;

export interface WatchOptions {
  deploys: DeployStore;
  edge: Edge;
  mirror: EngineMirror;
  clock: Clock;
  pause: Pause;
  instancesOf: (release: ReleaseRecord) => Promise<InstanceRecord[]>;
}

/** Watches a live release for a while. */
export class ReleaseWatch {
  readonly #options: WatchOptions;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** @returns why the release has failed; null when it did well until the time was over */
  async run(
    app: AppRecord,
    release: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { clock, deploys, pause } = this.#options;
    const { plan } = deploy.rollout;
    if (plan === null) return null;
    // Another life has seen it fail already.
    if (release.failure !== null) return release.failure;
    const began = Date.parse(deploy.stepStartedAt ?? deploy.createdAt);
    const from = plan.from;
    let watch = deploy.rollout.watch;
    if (watch === null) {
      watch = { mark: await this.#mark(app, release, from, signal) };
      await deploys.setRollout(deploy.id, { watch });
    }
    for (;;) {
      const now = await deploys.get(deploy.id);
      const by = now?.rollout.cancelledBy;
      if (by !== null && by !== undefined) return `${by} took it back`;
      const seconds = Math.max(0, Math.round((clock.now().getTime() - began) / 1000));
      const reason =
        (await this.#failingInstance(release)) ??
        (await this.#failingTraffic(app, release, deploy, watch, signal));
      if (reason !== null) return `${reason} within ${describeSeconds(seconds)} of going live`;
      if (seconds >= plan.watchSeconds) return null;
      await pause(LOOK_MS, signal);
    }
  }

  async #failingInstance(release: ReleaseRecord): Promise<string | null> {
    const { instancesOf, mirror } = this.#options;
    for (const instance of await instancesOf(release)) {
      const name = instanceName(instance);
      if (instance.restarts >= CRASHES) return `${name} ended ${instance.restarts} times`;
      const isUp = mirror.instance(instance.id)?.state === 'running';
      if (isUp && instance.health === 'unhealthy') return `${name} became unhealthy`;
    }
    return null;
  }

  async #failingTraffic(
    app: AppRecord,
    release: ReleaseRecord,
    { rollout: { plan } }: DeployRecord,
    watch: { mark: TrafficMark | null },
    signal: AbortSignal,
  ): Promise<string | null> {
    const now = await this.#mark(app, release, plan?.from ?? null, signal);
    if (now === null || plan === null) return null;
    // The one before is not asked any more; what it did in its whole time is the measure.
    const { old } = now;
    const oldRate = old.requests === 0 ? 0 : (old.errors / old.requests) * 100;
    const verdict = judgeErrors(trafficSince(now, watch.mark).fresh, oldRate, plan.limits);
    return verdict.isWorse ? verdict.text : null;
  }

  async #mark(
    app: AppRecord,
    release: ReleaseRecord,
    from: number | null,
    signal: AbortSignal,
  ): Promise<TrafficMark | null> {
    try {
      return markOf(await this.#options.edge.metrics(app.id, signal), from, release.version);
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }
}
