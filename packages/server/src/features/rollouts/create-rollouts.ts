import type { Clock } from '../../clock.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Pause } from '../../pause.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { DeployStore } from '../deploys/deploy-store.ts';
import { DeployUndo } from '../deploys/deploy-undo.ts';
import type { Edge } from '../deploys/edge.ts';
import type { TrafficSwitch } from '../deploys/traffic-switch.ts';
import type { EventLog } from '../events/event-log.ts';
import type { InstanceLauncher } from '../instances/instance-launcher.ts';
import { InstancePlaces } from '../instances/instance-places.ts';
import type { InstanceRetirer } from '../instances/instance-retirer.ts';
import type { InstanceRecord, InstanceStore } from '../instances/instance-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import { Canary } from './canary.ts';
import { KeptInstances } from './kept-instances.ts';
import { ReleasePhase } from './release-phase.ts';
import { restoreOld } from './restore-old.ts';
import { Rolling } from './rolling.ts';
import { ReleaseWatch } from './watch-release.ts';

export interface RolloutsDeps {
  apps: AppStore;
  deploys: DeployStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  launcher: InstanceLauncher;
  retirer: InstanceRetirer;
  traffic: TrafficSwitch;
  mirror: EngineMirror;
  edge: Edge;
  events: EventLog;
  clock: Clock;
  pause: Pause;
  countsOf: (release: ReleaseRecord) => ReadonlyMap<string, number>;
  isThere: (buildId: string) => Promise<boolean>;
  lastLines: (instance: InstanceRecord) => Promise<string[]>;
  onChange: (deployId: string) => void;
  /** Has whoever keeps live releases running look again. */
  kick: () => void;
  bringUp: (app: AppRecord, release: ReleaseRecord, signal: AbortSignal) => Promise<void>;
}

/** Puts together what switches from one release to the next, and back. */
export function createRollouts(deps: RolloutsDeps) {
  const { clock, countsOf, instances, kick, mirror, pause } = deps;
  const places = new InstancePlaces(instances, clock);
  const instancesOf = (release: ReleaseRecord) => places.ofRelease(release);
  return {
    places,
    kept: new KeptInstances(deps),
    phase: new ReleasePhase({ ...deps, places }),
    rolling: new Rolling({ ...deps, places }),
    canary: new Canary({ ...deps, instancesOf }),
    watch: new ReleaseWatch({ ...deps, instancesOf }),
    undo: new DeployUndo({
      ...deps,
      restore: (live, signal) => restoreOld(live, { places, mirror, pause, countsOf, kick }, signal),
    }),
  };
}
