import { type FileHandle, open } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { ArtifactGrant } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import type { BinaryAnswer } from '../../http/route-handlers.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { ArchiveShelf, ShelvedArchive } from './archive-shelf.ts';
import type { ArtifactSecrets } from './artifact-secrets.ts';
import { readReleaseKey } from './release-key.ts';
import { checkSignedPath, GRANTED_MS, type SignedArtifact, signPath } from './signed-path.ts';

const MOST_TRIES = 3;

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
    const { file, sha256, bytes } = await openArchive(shelf, wanted.build);
    if (sha256 !== wanted.archive) {
      await file.close();
      // Packed by another version of the library: what was fetched so far does not go together with the rest.
      throw new RigError('artifact_url_refused', 'The archive was made anew since the URL was.');
    }
    const from = Math.min(wanted.offset, bytes);
    const stream = file.createReadStream({ start: from });
    return { bytes: bytes - from, headers: { 'x-rig-digest': sha256 }, stream };
  }
}

/** Between the two another one may have taken its room; it is made again then. What is open stays. */
async function openArchive(
  shelf: ArtifactServiceDeps['shelf'],
  build: string,
): Promise<ShelvedArchive & { file: FileHandle }> {
  for (let tries = 1; ; tries += 1) {
    const archive = await shelf.take(build);
    try {
      return { ...archive, file: await open(archive.path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
}
