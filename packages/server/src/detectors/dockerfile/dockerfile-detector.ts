import { RigError } from '@rig-ops/contract/errors';
import type { RigToml } from '@rig-ops/contract/rig-toml';
import type { Detector, SourceTree } from '../detector.ts';
import type { ImagePlan } from '../plan.ts';
import { readRigToml } from '../rig-toml/read-rig-toml.ts';

const USUAL = 'Dockerfile';

/** The first setting of rig.toml that builds the source in another way. */
function otherBuild({ command, output }: NonNullable<RigToml['build']>): string | undefined {
  if (command !== undefined) return 'command';
  return output === undefined ? undefined : 'output';
}

async function imageOf(
  tree: SourceTree,
  dockerfile: string,
  { args = {}, context = tree.path, target }: NonNullable<RigToml['build']>,
): Promise<ImagePlan> {
  if (context !== tree.path && !(await hasFolder(tree.at('.'), context)))
    throw new RigError(
      'source_folder_not_found',
      `[build] context = "${context}": the source has no such folder.`,
    );
  return { dockerfile, context, target: target ?? null, args };
}

async function hasFolder(top: SourceTree, path: string): Promise<boolean> {
  if (path === '.') return true;
  const names = path.split('/');
  const above = names.slice(0, -1).join('/') || '.';
  return (await top.foldersIn(above)).includes(names.at(-1) ?? '');
}

/** A Dockerfile: what a release runs is the image that it describes. */
export const dockerfileDetector: Detector = {
  name: 'dockerfile',
  explain: 'Dockerfile, or [build] dockerfile in rig.toml, where the platform runs images',
  reads: [],
  detect: async (tree, machine) => {
    const build = (await readRigToml(tree))?.build ?? {};
    const { dockerfile: asked, detector } = build;
    const dockerfile = asked ?? USUAL;
    const isThere = await tree.hasFile(dockerfile);
    if (asked !== undefined || detector === 'dockerfile') {
      const said = asked === undefined ? 'detector = "dockerfile"' : `dockerfile = "${asked}"`;
      if (!isThere)
        throw new RigError('dockerfile_not_found', `[build] ${said}: the source has no ${dockerfile}.`);
      const other = otherBuild(build);
      if (other !== undefined)
        throw new RigError('invalid_rig_toml', `[build] ${said} and ${other} exclude one another.`, {
          hint: `Leave out ${other}: a Dockerfile says the whole build.`,
        });
      if (machine.images !== true)
        throw new RigError(
          'images_not_supported',
          `[build] ${said}: this platform runs programs of its machine, not images.`,
        );
    } else {
      if (!isThere) return { missed: 'There is no Dockerfile.' };
      const other = otherBuild(build);
      if (other !== undefined)
        return {
          missed: `There is a Dockerfile, but rig.toml has [build] ${other}.`,
          note: `The Dockerfile is not used: rig.toml has [build] ${other}.`,
        };
      if (machine.images !== true)
        return {
          missed: 'There is a Dockerfile, but this platform runs programs, not images.',
          note: 'The Dockerfile is not used: this platform runs programs, not images. One that runs images: `rig platform start --engine docker`.',
        };
    }
    return {
      evidence: [`There is ${dockerfile}.`],
      image: await imageOf(tree, dockerfile, build),
      steps: [],
      processes: [{ name: 'web', argv: [] }],
      notes: [],
    };
  },
};
