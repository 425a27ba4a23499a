import type { Labels } from '@rig-ops/docker';

/** The name under which rig keeps the image of a build. Ids of builds are unique, so no other platform gives it. */
export const nameOfBuild = (buildId: string): { repo: string; tag: string } => ({
  repo: 'rig/build',
  tag: buildId,
});

/** Labels of every image that rig makes. */
export const imageLabels = (
  platform: string,
  { appName, buildId }: { appName: string; buildId: string },
): Labels => ({ 'rig.platform': platform, 'rig.app': appName, 'rig.build': buildId });
