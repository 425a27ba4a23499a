import { type Clock, timestampOf } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { DeployRecord, DeployStore } from '../deploys/deploy-store.ts';
import type { TrafficSwitch } from '../deploys/traffic-switch.ts';
import type { InstancePlaces } from '../instances/instance-places.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from '../instances/instance-store.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { checkAlive } from './check-alive.ts';
import { planBatch } from './plan-batch.ts';
import { surgeOf } from './rollout-settings.ts';

export interface RollingOptions {
  deploys: DeployStore;
  instances: InstanceStore;
  places: InstancePlaces;
  mirror: EngineMirror;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  clock: Clock;
  /** Starts what was noted for a release and waits until it is well. */
  bringUp: (app: AppRecord, release: ReleaseRecord, signal: AbortSignal) => Promise<void>;
  countsOf: (release: ReleaseRecord) => ReadonlyMap<string, number>;
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  onChange: (deployId: string) => void;
}

/**
 * Replaces the instances of the live release in batches. Each batch follows from the instances there are, so
 * that the whole can be begun again anywhere.
 */
export class Rolling {
  readonly #options: RollingOptions;

  constructor(options: RollingOptions) {
    this.#options = options;
  }

  /** @throws RigError `release_failed` when a new instance does not become well */
  async run(
    app: AppRecord,
    release: ReleaseRecord,
    old: ReleaseRecord,
    deploy: DeployRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { deploys, instances, lastLines, mirror, places, retirer, traffic } = this.#options;
    const { plan, share } = deploy.rollout;
    if (plan === null) return;
    if (share !== 'alike') await deploys.setRollout(deploy.id, { share: 'alike' });
    const counts = this.#options.countsOf(release);
    for (;;) {
      signal.throwIfAborted();
      const before = await places.ofRelease(old);
      const fresh = await places.ofRelease(release);
      await checkAlive(fresh, mirror, lastLines);
      const running = before.filter(({ desired }) => desired === 'run');
      const batch = planBatch({ counts, old: running, fresh, surgeOf: (wanted) => surgeOf(plan, wanted) });
      const isEmpty = batch.drain.length === 0 && batch.fill.length === 0;
      // Those that an earlier life has noted and not brought up are no batch, and not done either.
      if (isEmpty && fresh.every(({ health }) => health === 'healthy')) return;
      await instances.setDesiredOf(
        batch.drain.map(({ id }) => id),
        'drain',
      );
      await traffic.switchTo(app, false, signal);
      const leaving = (await places.ofRelease(old)).filter(({ desired }) => desired !== 'run');
      if (leaving.length > 0) await this.#tell(deploy.id, leaving, old);
      await retirer.retire(leaving, old.runtime.drainSeconds, signal);
      await places.fill(release, batch.fill);
      await this.#options.bringUp(app, release, signal);
    }
  }

  async #tell(id: string, leaving: readonly InstanceRecord[], old: ReleaseRecord): Promise<void> {
    const { clock, deploys, onChange } = this.#options;
    const names = leaving.map(instanceName).join(', ');
    const message = `${names} of v${old.version} ${leaving.length === 1 ? 'is' : 'are'} replaced.`;
    await deploys.setRollout(id, {}, { message, at: timestampOf(clock) });
    onChange(id);
  }
}
