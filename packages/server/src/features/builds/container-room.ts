import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobSpec } from '@rig-ops/contract/supervisor';
import type { ImageDetails } from '@rig-ops/docker';
import type { MachineOf } from '../../detectors/detector.ts';
import { buildImageOf } from '../../detectors/base-images.ts';
import type { Plan } from '../../detectors/plan.ts';
import { requireBaseImage } from '../images/base-image.ts';
import { ImageMachine, pathOfImage } from '../images/image-machine.ts';
import type { Images } from '../images/open-images.ts';
import { workLabels } from '../images/work-labels.ts';
import type { BuildLimits } from './build-limits.ts';

/** What detectors ask where builds run in containers: the image of each language, looked at when it is first asked for. */
export function openImageMachines(
  { docker, keys, platform }: Pick<Images, 'docker' | 'keys' | 'platform'>,
  buildId: string,
  signal: AbortSignal,
): { machineOf: MachineOf; close: () => Promise<void> } {
  const machines = new Map<string, ImageMachine>();
  const machineOf: MachineOf = (detector, said) => {
    const reference = said ?? buildImageOf(detector);
    const known = machines.get(reference);
    if (known !== undefined) return known;
    const machine = new ImageMachine({
      docker,
      image: async () => await requireBaseImage({ docker, keys }, reference, 'build', signal),
      labels: workLabels(platform),
      name: `rig-${platform}-look-${buildId}-${machines.size}`,
    });
    machines.set(reference, machine);
    return machine;
  };
  const close = async () => void (await Promise.all([...machines.values()].map((each) => each.close())));
  return { machineOf, close };
}

/** The container of a build, and what its steps find in it. */
export interface BuildRoom {
  container: NonNullable<JobSpec['container']>;
  /** What the environment of its steps begins with. */
  environment: Record<string, string>;
  image: ImageDetails;
}

/** Null for a build without steps. @throws RigError `base_image_missing`, `docker_…` */
export async function openBuildRoom(
  images: Pick<Images, 'docker' | 'keys'>,
  { limits, network, plan }: { limits: BuildLimits; network: string; plan: Plan },
  signal: AbortSignal,
): Promise<BuildRoom | null> {
  const { baseImages, steps } = plan;
  if (steps.length === 0 || baseImages === undefined) return null;
  const image = await requireBaseImage(images, baseImages.build, 'build', signal);
  return {
    image,
    environment: { LANG: 'C.UTF-8', PATH: pathOfImage(image) },
    container: {
      image: image.Id,
      network: { name: network, aliases: [] },
      ports: [],
      limits: { memoryBytes: limits.memoryBytes, cpus: null, processes: limits.processes },
      readOnly: false,
      // Whoever has the folders.
      user: null,
    },
  };
}

/** Files that name registries, as package managers look for them in the HOME that a build has. */
const SETTINGS = ['.npmrc', '.config/pip/pip.conf', '.pip/pip.conf'];

/** Gives a build the user's settings of package managers. */
export async function copySettings(userHome: string | undefined, home: string): Promise<void> {
  if (userHome === undefined) return;
  for (const path of SETTINGS) {
    const copy = join(home, path);
    try {
      await mkdir(dirname(copy), { recursive: true });
      await copyFile(join(userHome, path), copy);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
