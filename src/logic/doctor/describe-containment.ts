import type { Containment } from '@rig-ops/contract/supervisor';
import { type DoctorCheck, passed } from './doctor-check.ts';

/**
 * How builds are held on this machine. Neither way is a problem; whoever builds what others wrote should know
 * which it is.
 */
export function describeContainment({ memory, orphans }: Containment): DoctorCheck {
  if (orphans === 'processes')
    return passed(
      'platform',
      'builds',
      'Builds are watched: no cgroup can be made here. Processes of a build are known by their group, descent, ' +
        'environment and folder, and measured four times a second; one that leaves all four outlives it unseen.',
    );
  const held = 'Builds have a cgroup each: nothing that one starts outlives it';
  if (memory === 'cgroup') return passed('platform', 'builds', `${held}, and the kernel bounds its memory.`);
  return passed('platform', 'builds', `${held}. Its memory is measured four times a second.`);
}
