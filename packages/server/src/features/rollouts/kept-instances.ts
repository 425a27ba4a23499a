import type { Clock } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { isKept } from '../instances/is-kept.ts';
import type { InstanceRecord, InstanceStore } from '../instances/instance-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';

export interface KeptInstancesOptions {
  instances: InstanceStore;
  releases: ReleaseStore;
  mirror: EngineMirror;
  clock: Clock;
}

/** Instances of an old release that still run, for the rollback that returns to it. */
export class KeptInstances {
  readonly #options: KeptInstancesOptions;

  constructor(options: KeptInstancesOptions) {
    this.#options = options;
  }

  /** Those that do exactly what a release is to do, and run well; none unless it is a return to an old one. */
  async for(release: ReleaseRecord): Promise<InstanceRecord[]> {
    const { clock, instances, mirror, releases } = this.#options;
    if (release.rollbackOf === null) return [];
    const old = await releases.get(release.appId, release.rollbackOf);
    if (old === null || contentOf(old) !== contentOf(release)) return [];
    return (await instances.ofApp(release.appId)).filter(
      (instance) =>
        instance.release === old.version &&
        isKept(instance, clock) &&
        instance.health === 'healthy' &&
        mirror.instance(instance.id)?.state === 'running',
    );
  }
}

const contentOf = ({ buildId, configId, runtime }: ReleaseRecord): string =>
  JSON.stringify([buildId, configId, runtime]);
