import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Pause } from '../../pause.ts';
import { type InstancePlaces, placesOf } from '../instances/instance-places.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';

const LOOK_MS = 250;

export interface RestoreOptions {
  places: InstancePlaces;
  mirror: EngineMirror;
  pause: Pause;
  countsOf: (release: ReleaseRecord) => ReadonlyMap<string, number>;
  /** Has whoever keeps live releases running look again. */
  kick: () => void;
}

/**
 * Brings back what a deploy has taken away from the live release. Its instances are started by whoever keeps
 * live releases running; here they are noted, and waited for as long as a release may take to become healthy.
 * Either way it is the live release afterwards: what does not come up is tried again for ever.
 */
export async function restoreOld(
  live: ReleaseRecord,
  { countsOf, kick, mirror, pause, places }: RestoreOptions,
  signal: AbortSignal,
): Promise<void> {
  await places.fill(live, placesOf(countsOf(live)));
  kick();
  const looks = (live.runtime.health.timeoutSeconds * 1000) / LOOK_MS;
  for (let look = 0; look < looks; look += 1) {
    const wanted = (await places.ofRelease(live)).filter(({ desired }) => desired === 'run');
    const isUp = ({ health, id }: (typeof wanted)[number]) =>
      health === 'healthy' && mirror.instance(id)?.state === 'running';
    if (wanted.every(isUp)) return;
    await pause(LOOK_MS, signal);
  }
}
