import type { DockerClient, Labels } from '@rig-ops/docker';

/** Of containers that rigd makes for a moment; the supervisor lets them be. */
export const workLabels = (platform: string): Labels => ({ 'rig.platform': platform, 'rig.by': 'rigd' });

/** Removes what an rigd has left that was killed. Does not fail: what is left is found the next time. */
export async function sweepWork(docker: DockerClient, platform: string): Promise<void> {
  const left = await docker.containers.list(workLabels(platform)).catch(() => []);
  // One that somebody runs by hand from what such a container was made into has its labels.
  const isOurs = (name: string) => name.replace(/^\//, '').startsWith(`rig-${platform}-`);
  for (const { Id, Names } of left)
    if (Names.some(isOurs)) await docker.containers.remove(Id).catch(() => undefined);
}
