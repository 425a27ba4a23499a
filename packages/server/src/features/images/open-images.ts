import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { DockerClient, parseDockerHost, platformIdOf } from '@rig-ops/docker';
import { ImageMaker } from './image-maker.ts';
import { ImagePublisher } from './image-publisher.ts';
import { ImageShelf } from './image-shelf.ts';
import { ImageSupply } from './image-supply.ts';
import type { ImageRegistry } from './registry/image-registry.ts';
import { readRegistryKeys, type RegistryKeys } from './registry-credentials.ts';

/** What rigd makes images with. */
export interface Images {
  docker: DockerClient;
  /** Id of the platform on the daemon: what it makes is known by it. */
  platform: string;
  /** Credentials for registries, as they are now. */
  keys: () => Promise<RegistryKeys>;
  shelf: ImageShelf;
  maker: ImageMaker;
  /** Null where images stay on the daemon. */
  publisher: ImagePublisher | null;
  supply: ImageSupply;
  close: () => void;
}

/** Images of a daemon, which need not run yet. Imported only where a platform has one. */
export function openImages(
  settings: DockerSettings,
  {
    layout,
    registries,
    registry,
  }: { layout: PlatformLayout; registries: ImageRegistry; registry: string | null },
): Images {
  const docker = new DockerClient(parseDockerHost(settings.host, settings.certificates));
  const platform = platformIdOf(layout.root);
  const shelf = new ImageShelf({ docker });
  const publisher = registry === null ? null : new ImagePublisher({ docker, registry, layout });
  return {
    docker,
    platform,
    keys: async () => await readRegistryKeys(layout.dockerConfig),
    shelf,
    maker: new ImageMaker({ docker, platform, shelf, layout }),
    publisher,
    supply: new ImageSupply({ docker, shelf, registries, layout }),
    close: () => docker.close(),
  };
}
