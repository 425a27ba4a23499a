import type { BlobStore } from '@rig-ops/bundle/store';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { Logger } from '../../logger.ts';
import type { Pause } from '../../pause.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { BuildsDeps } from '../builds/create-builds.ts';
import type { BundleStore } from '../bundles/bundle-store.ts';
import type { ConfigKeys } from '../config/config-keys.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Images } from '../images/open-images.ts';
import type { ImageRegistry } from '../images/registry/image-registry.ts';
import type { InstanceLauncherOptions } from '../instances/instance-launcher.ts';
import type { countsOf } from '../instances/counts-of.ts';
import type { Edge } from './edge.ts';

/** What deployments are made with. */
export interface DeploymentsDeps {
  db: Kysely<Database>;
  layout: PlatformLayout;
  engines: PlatformEngines;
  blobs: Pick<BlobStore, 'materialise' | 'readFiles'>;
  apps: AppStore;
  bundles: BundleStore;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** What the configuration of apps is encrypted with. */
  configKeys: ConfigKeys;
  baseEnvironment: Record<string, string>;
  /** Absolute path of the Node that runs rig. */
  node: string;
  /** How many instances of each process a release has; as it says itself when absent. */
  countsOf?: typeof countsOf;
  /** Null, the default, where releases are no images. */
  images?: Images | null;
  /** Registries of images; those that this machine reaches when absent. */
  registries?: ImageRegistry;
  /** Of rigd; an artifact of another one is not taken again. */
  version?: string;
  /** The time itself when absent. */
  pause?: Pause;
  /** Where pods fetch the files of a release; absent where there are no pods. */
  filesOf?: InstanceLauncherOptions['filesOf'];
  /** @throws RigError `pod_url_missing`; where absent, always */
  requirePodAddress?: () => void;
  /** Image of rig itself, for pods; null, the default, where nobody has said one. */
  podImage?: string | null;
  /** Artifacts as archives, cleared together with them. */
  archives?: BuildsDeps['archives'];
  /** The edge on its socket when absent. */
  edge?: Edge;
  /** Port for routing by host name; 0, the default, lets the edge choose. */
  hostPort?: number;
}
