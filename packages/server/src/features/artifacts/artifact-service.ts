import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { ArtifactGrant } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import type { BinaryAnswer } from '../../http/route-handlers.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { ArchiveShelf } from './archive-shelf.ts';
import type { ArtifactSecrets } from './artifact-secrets.ts';
import { readReleaseKey } from './release-key.ts';
import { checkSignedPath, GRANTED_MS, type SignedArtifact, signPath } from './signed-path.ts';

export interface ArtifactServiceDeps {
  readonly apps: Pick<AppStore, 'getById'>;
  readonly releases: Pick<ReleaseStore, 'get'>;
  readonly shelf: Pick<ArchiveShelf, 'take'>;
  readonly secrets: ArtifactSecrets;
  readonly clock: Clock;
}

/** A fetch of a signed path. */
export interface ArtifactFetch extends SignedArtifact {
  readonly signature: string;
  /** First byte that is wanted. */
  readonly offset: number;
}

/** Hands the files of releases to their pods. */
export class ArtifactService {
  readonly #deps: ArtifactServiceDeps;

  constructor(deps: ArtifactServiceDeps) {
    this.#deps = deps;
  }

  /**
   * @param key that the pods of a release were given
   * @throws RigError `artifact_key_refused`, also once the release was removed; `artifact_missing`
   */
  async grant(key: string): Promise<{ grant: ArtifactGrant; app: AppRecord; release: ReleaseRecord }> {
    const { secrets, apps, releases, shelf, clock } = this.#deps;
    const named = readReleaseKey(secrets, key);
    const app = named && (await apps.getById(named.appId));
    const release = named && (await releases.get(named.appId, named.version));
    if (app === undefined || release === undefined || release === null) {
      throw new RigError('artifact_key_refused', 'The key is not one of a release that is there.');
    }
    const { sha256: archive, bytes } = await shelf.take(release.buildId);
    const expires = clock.now().getTime() + GRANTED_MS;
    const path = signPath(secrets, { build: release.buildId, archive, expires });
    return {
      grant: { path, archive, bytes, expiresAt: new Date(expires).toISOString() },
      app,
      release,
    };
  }

  /** @throws RigError `artifact_url_refused`, also for an archive that was made anew; `artifact_missing` */
  async fetch(wanted: ArtifactFetch): Promise<BinaryAnswer> {
    const { secrets, shelf, clock } = this.#deps;
    checkSignedPath(secrets, wanted, clock.now().getTime());
    const { path, sha256, bytes } = await shelf.take(wanted.build);
    if (sha256 !== wanted.archive) {
      // Packed by another version of the library: what was fetched so far does not go together with the rest.
      throw new RigError('artifact_url_refused', 'The archive was made anew since the URL was.');
    }
    const from = Math.min(wanted.offset, bytes);
    const stream = from === bytes ? Readable.from([]) : createReadStream(path, { start: from });
    return { bytes: bytes - from, headers: { 'x-rig-digest': sha256 }, stream };
  }
}
