import { readFile } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import type { PodSettings } from '@rig-ops/contract/supervisor';
import type { ReleaseRecord } from '../releases/release-store.ts';
import type { ArchiveShelf } from './archive-shelf.ts';
import type { ArtifactSecrets } from './artifact-secrets.ts';
import { makeReleaseKey } from './release-key.ts';

export interface PodArtifactsDeps {
  readonly shelf: Pick<ArchiveShelf, 'describe'>;
  readonly secrets: ArtifactSecrets;
  readonly settings: PodSettings | null;
}

/** Tells pods where the files of their release come from. */
export class PodArtifacts {
  readonly #deps: PodArtifactsDeps;

  constructor(deps: PodArtifactsDeps) {
    this.#deps = deps;
  }

  /**
   * The same as long as the platform signs with the same key; pods keep what they were given, which stays good. Makes the
   * archive when there was none yet.
   * @throws RigError `pod_url_missing`, `config_unreadable`, `artifact_missing`, `artifact_too_large`, `artifact_damaged`
   */
  async of(release: Pick<ReleaseRecord, 'appId' | 'version' | 'buildId'>): Promise<PodArtifact> {
    const { shelf, secrets, settings } = this.#deps;
    const url = settings?.url;
    if (url === undefined || url === null) {
      throw new RigError('pod_url_missing', 'Pods cannot fetch the files of the release.');
    }
    const authority = await this.#authority();
    const { sha256, bytes } = await shelf.describe(release.buildId);
    return { url, key: makeReleaseKey(secrets, release), sha256, bytes, authority };
  }

  async #authority(): Promise<string | null> {
    const path = this.#deps.settings?.authority ?? null;
    if (path === null) return null;
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      throw new RigError('config_unreadable', `${path} cannot be read: ${(cause as Error).message}`, {
        hint: 'Put the authority of the certificate back, or name another file: --pod-authority FILE.',
        cause,
      });
    }
  }
}
