import type { Instance } from '@rig-ops/contract/resources';
import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import { type InstanceRecord, instanceName } from './instance-store.ts';

function stateOf(instance: InstanceRecord, report: InstanceReport | undefined): Instance['state'] {
  if (report === undefined) return 'starting';
  if (report.state === 'exited') return instance.desired === 'run' ? 'crashed' : 'exited';
  if (report.state === 'starting' && instance.desired === 'run') return 'starting';
  const isKept = instance.keepUntil !== null;
  if (report.state === 'stopping' || (instance.desired !== 'run' && !isKept)) return 'stopping';
  return instance.health === 'unknown' ? 'starting' : 'running';
}

/** An instance as the API tells it: what is wanted, joined with what the engine sees. */
export function toInstance(
  instance: InstanceRecord,
  report: InstanceReport | undefined,
  usage: ProcessUsage | undefined,
): Instance {
  return {
    id: instance.id,
    name: instanceName(instance),
    process: instance.process,
    release: instance.release,
    state: stateOf(instance, report),
    health: instance.health,
    startedAt: report?.startedAt ?? instance.createdAt,
    restarts: instance.restarts,
    exitCode: report?.exitCode ?? null,
    cpuPercent: usage?.cpuPercent ?? null,
    memoryBytes: usage?.memoryBytes ?? null,
  };
}
