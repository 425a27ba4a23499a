import type { RigClient } from '@rig-ops/client';
import { looksLikeVersion, parseReleaseVersion } from './release-version.ts';

/** The version that a text means: `v3`, or a tag. @throws RigError `invalid_input`, `release_not_found` */
export async function findRelease(
  client: RigClient,
  app: string,
  text: string,
  signal: AbortSignal,
): Promise<number> {
  if (looksLikeVersion(text)) return parseReleaseVersion(text);
  const { version } = await client.call('getRelease', { params: { app, version: text }, signal });
  return version;
}
