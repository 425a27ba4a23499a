import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { InstanceLauncher } from './instance-launcher.ts';
import { type InstanceStore, instanceName } from './instance-store.ts';

export interface InstanceEnvironmentsDeps {
  mirror: Pick<EngineMirror, 'instance'>;
  apps: Pick<AppStore, 'getById'>;
  releases: Pick<ReleaseStore, 'get'>;
  instances: Pick<InstanceStore, 'ofApp'>;
  launcher: Pick<InstanceLauncher, 'environmentOf'>;
}

/**
 * The environment of an instance that runs, for what is run beside it; null where it is gone. An engine that was
 * restarted keeps none of it, since it has secrets: then it is made again as it was for the start.
 */
export type InstanceEnvironments = (instance: string) => Promise<Record<string, string> | null>;

export function createInstanceEnvironments(deps: InstanceEnvironmentsDeps): InstanceEnvironments {
  return async (id) => {
    const spec = deps.mirror.instance(id)?.spec;
    if (spec === undefined || Object.keys(spec.env).length > 0) return spec?.env ?? null;
    const [app, release, instances] = await Promise.all([
      deps.apps.getById(spec.appId),
      // What was taken over by another release runs on as what it was started for.
      deps.releases.get(spec.appId, spec.release),
      deps.instances.ofApp(spec.appId),
    ]);
    const instance = instances.find((each) => each.id === id);
    if (app === undefined || release === null || instance === undefined) return null;
    return deps.launcher.environmentOf(app, release, { ...instance, name: instanceName(instance) });
  };
}
