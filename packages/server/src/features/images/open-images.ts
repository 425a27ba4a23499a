import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { DockerClient, parseDockerHost, platformIdOf } from '@rig-ops/docker';
import { ImageMaker } from './image-maker.ts';
import { ImageShelf } from './image-shelf.ts';

/** What rigd makes images with. */
export interface Images {
  docker: DockerClient;
  /** Id of the platform on the daemon: what it makes is known by it. */
  platform: string;
  shelf: ImageShelf;
  maker: ImageMaker;
  close: () => void;
}

/** Images of a daemon, which need not run yet. Imported only where a platform has one. */
export function openImages(settings: DockerSettings, layout: PlatformLayout): Images {
  const docker = new DockerClient(parseDockerHost(settings.host, settings.certificates));
  const platform = platformIdOf(layout.root);
  const shelf = new ImageShelf({ docker });
  return {
    docker,
    platform,
    shelf,
    maker: new ImageMaker({ docker, platform, shelf, layout }),
    close: () => docker.close(),
  };
}
