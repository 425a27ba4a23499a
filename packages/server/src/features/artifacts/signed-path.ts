import { RigError } from '@rig-ops/contract/errors';
import type { ArtifactSecrets } from './artifact-secrets.ts';

/** A fetch has to begin so soon; one that was cut goes on with another grant. */
export const GRANTED_MS = 5 * 60_000;

const PURPOSE = 'url of an artifact';

/** What a signed path leads to. */
export interface SignedArtifact {
  readonly build: string;
  /** SHA-256 of the archive as it is sent. */
  readonly archive: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Path and query for whoever is to fetch an archive. */
export function signPath(secrets: ArtifactSecrets, { build, archive, expires }: SignedArtifact): string {
  const signature = secrets.sign(PURPOSE, [build, archive, expires]);
  const query = new URLSearchParams({ archive, expires: String(expires), signature });
  return `/v1/artifacts/${build}?${query.toString()}`;
}

/** @throws RigError `artifact_url_refused` for one that was changed, or has expired */
export function checkSignedPath(
  secrets: ArtifactSecrets,
  { build, archive, expires, signature }: SignedArtifact & { signature: string },
  now: number,
): void {
  const why = secrets.isSigned(PURPOSE, [build, archive, expires], signature)
    ? now >= expires && 'has expired'
    : 'was not made by this platform';
  if (why !== false) throw new RigError('artifact_url_refused', `The URL for the files of a release ${why}.`);
}
