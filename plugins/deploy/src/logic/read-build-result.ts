import type { RigClient } from '@rig-ops/client';
import type { Deploy } from '@rig-ops/contract/resources';

export interface BuildResult {
  id: string;
  /** Whether the artifact was there already. */
  reused: boolean;
  installFromCache: boolean;
}

/** How the artifact of a deploy that went well came to be. */
export async function readBuildResult(
  client: RigClient,
  { buildId, reusedBuild }: Deploy,
  signal: AbortSignal,
): Promise<BuildResult> {
  if (buildId === null) throw new Error('A deploy that went well has no build');
  const { installFromCache } = await client.call('getBuild', { params: { build: buildId }, signal });
  return { id: buildId, reused: reusedBuild, installFromCache };
}
