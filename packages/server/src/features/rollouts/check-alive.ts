import { RigError } from '@rig-ops/contract/errors';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { describeExit } from '../instances/describe-exit.ts';
import { type InstanceRecord, instanceName } from '../instances/instance-store.ts';

/**
 * Until a release is live nobody starts its instances again: one that has ended fails it.
 * @throws RigError `release_failed` with its last lines
 */
export async function checkAlive(
  instances: readonly InstanceRecord[],
  mirror: EngineMirror,
  lastLines: (instance: InstanceRecord) => Promise<string[]>,
): Promise<void> {
  for (const instance of instances) {
    const report = mirror.instance(instance.id);
    if (report?.state !== 'exited') continue;
    const name = instanceName(instance);
    throw new RigError('release_failed', `${name} ${describeExit(report)} before its release was live.`, {
      details: {
        instance: name,
        exitCode: report.exitCode,
        signal: report.signal,
        lastLines: await lastLines(instance),
      },
    });
  }
}
