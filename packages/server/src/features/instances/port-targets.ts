import { RigError } from '@rig-ops/contract/errors';
import type { Deployments } from '../../deployments.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { portInside } from './instance-environment.ts';
import { type InstanceStore, instanceName } from './instance-store.ts';

/** How long the engine may take to tell what runs. */
const READY_MS = 5_000;

export interface PortTargetsDeps {
  mirror: Pick<EngineMirror, 'instance' | 'ready' | 'until'>;
  releases: Pick<ReleaseStore, 'live'>;
  instances: Pick<InstanceStore, 'ofApp'>;
}

/** Finds the running instances of the live release in which a port is looked for, `web` before others. */
export function createPortTargets({
  mirror,
  releases,
  instances,
}: PortTargetsDeps): Deployments['portTargets'] {
  return async (app, { process, instance }) => {
    // Right after rigd's own start nothing is known yet, and whoever lost it then is here again at once.
    await mirror
      .until(() => (mirror.ready ? true : undefined), AbortSignal.timeout(READY_MS))
      .catch(() => undefined);
    const live = await releases.live(app.id);
    const processes = live?.runtime.processes.map(({ name }) => name) ?? [];
    if (live !== null && process !== undefined && !processes.includes(process)) {
      const message = `${app.name} has no process ${JSON.stringify(process)}; it has ${processes.join(', ')}.`;
      throw new RigError('process_not_found', message);
    }
    const running = (await instances.ofApp(app.id))
      .filter((each) => each.release === live?.version && each.desired === 'run')
      .filter((each) => process === undefined || each.process === process)
      .filter((each) => instance === undefined || instanceName(each) === instance)
      .filter(({ id }) => mirror.instance(id)?.state === 'running')
      .toSorted((left, right) => Number(right.process === 'web') - Number(left.process === 'web'))
      .map((each) => ({
        id: each.id,
        name: instanceName(each),
        port: live === null ? each.port : portInside(live.runtime, each.port),
        inImage: live?.runtime.image !== undefined,
      }));
    if (running.length > 0) return running;
    const which = instance ?? process;
    throw new RigError(
      'instance_not_found',
      which === undefined
        ? `No instance of ${app.name} is running.`
        : `${app.name} has no running instance ${JSON.stringify(which)}.`,
    );
  };
}
