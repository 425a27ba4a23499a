import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { DockerClient, parseDockerHost, platformIdOf } from '@rig-ops/docker';
import { ImageShelf } from './image-shelf.ts';

/** What rigd makes images with. */
export interface Images {
  docker: DockerClient;
  /** Id of the platform on the daemon: what it makes is known by it. */
  platform: string;
  shelf: ImageShelf;
  close: () => void;
}

/** Images of a daemon, which need not run yet. Imported only where a platform has one. */
export function openImages(settings: DockerSettings, layout: PlatformLayout): Images {
  const docker = new DockerClient(parseDockerHost(settings.host, settings.certificates));
  return {
    docker,
    platform: platformIdOf(layout.root),
    shelf: new ImageShelf({ docker }),
    close: () => docker.close(),
  };
}
