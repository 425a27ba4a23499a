import type { Plan } from '../../detectors/plan.ts';
import type { Images } from '../images/open-images.ts';
import { digestOfPrograms, programsOf } from './toolchain.ts';

/** Stands for what a plan is built with: the programs of this machine, or the images it is built in and put on. */
export type ToolchainOf = (plan: Plan, inImages: boolean) => Promise<string>;

/** @param path PATH of builds on this machine */
export function createToolchainOf(images: Pick<Images, 'docker'> | null, path: string): ToolchainOf {
  return async (plan, inImages) => {
    if (!inImages || images === null || plan.baseImages === undefined || plan.image !== undefined)
      return await digestOfPrograms(programsOf(plan), path);
    const { build, run } = plan.baseImages;
    const idOf = async (reference: string | null) =>
      reference === null ? '' : ((await images.docker.images.find(reference))?.Id ?? '');
    const [builtIn, putOn] = await Promise.all([idOf(plan.steps.length === 0 ? null : build), idOf(run)]);
    return `images ${builtIn} ${putOn}`;
  };
}
