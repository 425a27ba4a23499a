import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { PodSettings } from '@rig-ops/contract/supervisor';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import { readBuildLimits } from '../builds/build-limits.ts';
import type { ConfigKeys } from '../config/config-keys.ts';
import { SqlReleaseStore } from '../releases/sql-release-store.ts';
import { ArchiveShelf } from './archive-shelf.ts';
import { ArtifactSecrets } from './artifact-secrets.ts';
import { ArtifactService } from './artifact-service.ts';
import { BuildArchiveStore } from './build-archive-store.ts';
import { makeArchiveAside } from './make-archive-aside.ts';
import { PodArtifacts } from './pod-artifacts.ts';
import { routesOfArtifacts, type RoutesOfArtifactsDeps } from './routes-of-artifacts.ts';

export interface ArtifactsDeps {
  readonly db: Kysely<Database>;
  readonly layout: PlatformLayout;
  readonly apps: AppStore;
  /** Keys of the platform. */
  readonly keys: ConfigKeys;
  readonly settings: PodSettings | null;
  readonly clock: Clock;
}

export interface Artifacts {
  /** Cleared together with the artifacts of builds. */
  readonly archives: ArchiveShelf;
  readonly pods: PodArtifacts;
  readonly routesWith: (deps: Omit<RoutesOfArtifactsDeps, 'service'>) => ReturnType<typeof routesOfArtifacts>;
}

/** The files of releases as pods get them. */
export function createArtifacts({ db, layout, apps, keys, settings, clock }: ArtifactsDeps): Artifacts {
  const secrets = new ArtifactSecrets(keys);
  const archives = new ArchiveShelf({
    layout,
    store: new BuildArchiveStore(db),
    clock,
    limitBytes: () => readBuildLimits(layout.buildLimits).archiveBytes,
    make: makeArchiveAside,
  });
  const releases = new SqlReleaseStore(db);
  const service = new ArtifactService({ apps, releases, shelf: archives, secrets, clock });
  return {
    archives,
    pods: new PodArtifacts({ shelf: archives, secrets, settings }),
    routesWith: (deps) => routesOfArtifacts({ service, ...deps }),
  };
}
