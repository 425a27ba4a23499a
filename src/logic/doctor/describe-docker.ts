import type { DockerReport } from '@rig-ops/contract/supervisor-containers';
import { type DoctorCheck, passed, problem } from './doctor-check.ts';

/** Whether the daemon that apps run on is there. */
export function describeDocker({ host, problem: found, version }: DockerReport): DoctorCheck {
  if (found !== null) return problem('platform', 'docker', found.message, found.hint);
  return passed('platform', 'docker', `The Docker daemon ${version ?? ''} at ${host} answers.`);
}
