import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import type { Problem } from '@rig-ops/contract/resources';
import type { Images } from './open-images.ts';
import { HttpImageRegistry } from './registry/http-image-registry.ts';
import type { ImageRegistry } from './registry/image-registry.ts';
import { RegistryHealth } from './registry/registry-health.ts';

/** What a platform has to do with images. */
export interface PlatformImages {
  /** What makes them; null where there is no daemon. */
  images: Images | null;
  registries: ImageRegistry;
  /** Whether what is built for a cluster comes to its nodes as an image: no pod fetches files of rigd then. */
  arePushed: boolean;
  problems: () => Promise<Problem[]>;
  close: () => Promise<void>;
}

/** Puts together what makes images, keeps them and asks registries for them. */
export async function createImages(
  {
    baseEnvironment,
    docker,
    registry = null,
  }: Pick<SupervisorConfig, 'baseEnvironment' | 'docker' | 'registry'>,
  layout: PlatformLayout,
): Promise<PlatformImages> {
  const registries = new HttpImageRegistry(baseEnvironment);
  const health = registry === null ? null : new RegistryHealth(registry, registries, layout);
  // Few platforms have a daemon, and nobody else is to load what speaks to it.
  const images =
    docker == null
      ? null
      : (await import('./open-images.ts')).openImages(docker, { layout, registries, registry });
  return {
    images,
    registries,
    arePushed: images !== null && registry !== null,
    problems: async () => [...(images?.supply.problems() ?? []), ...((await health?.problems()) ?? [])],
    close: async () => images?.close(),
  };
}
