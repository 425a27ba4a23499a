import type { ArtifactSecrets } from './artifact-secrets.ts';

/** Which release a key is of. */
export interface ReleaseName {
  readonly appId: string;
  readonly version: number;
}

const FORM = /^([a-z]+_[0-9a-z]{1,64})\.([1-9]\d{0,8})\.([\w-]{43})$/;
const PURPOSE = 'key of a release';

/** What the pods of a release show to get its files: `<app>.<version>.<signature>`. */
export const makeReleaseKey = (secrets: ArtifactSecrets, { appId, version }: ReleaseName): string =>
  `${appId}.${version}.${secrets.sign(PURPOSE, [appId, version])}`;

/** The release that a key was made for; undefined for what is none. Whether it is still there is not known here. */
export function readReleaseKey(secrets: ArtifactSecrets, key: string): ReleaseName | undefined {
  const [, appId, digits, signature] = FORM.exec(key) ?? [];
  if (appId === undefined || digits === undefined || signature === undefined) return undefined;
  const version = Number(digits);
  return secrets.isSigned(PURPOSE, [appId, version], signature) ? { appId, version } : undefined;
}
