import { type Detector, isMiss } from './detector.ts';
import { dockerfileDetector } from './dockerfile/dockerfile-detector.ts';
import { procfileDetector } from './procfile/procfile-detector.ts';
import { rigTomlDetector } from './rig-toml/rig-toml-detector.ts';

/** Those that can say that a source is built by a Dockerfile. */
export const dockerfileDetectors: readonly Detector[] = [
  rigTomlDetector,
  procfileDetector,
  dockerfileDetector,
];

/** What rig.toml says beside an image that is there already: how to build is of no concern. */
const besideImage: Detector = {
  ...rigTomlDetector,
  detect: async (tree, machine) => {
    const answer = await rigTomlDetector.detect(tree, machine);
    if (isMiss(answer)) return answer;
    const { buildCommand, only: _, processes, steps: __, ...rest } = answer;
    const programs = processes?.filter((process) => !('site' in process)) ?? [];
    const ignored = buildCommand !== undefined || programs.length < (processes?.length ?? 0);
    return {
      ...rest,
      ...(programs.length === 0 ? {} : { processes: programs }),
      notes: ignored
        ? [...rest.notes, '[build] of rig.toml is not used: the image is built already.']
        : rest.notes,
    };
  },
};

/** Those for an image that is there already. */
export const detectorsOfImage = (reference: string): readonly Detector[] => [
  besideImage,
  {
    name: 'image',
    explain: 'the image that was named',
    reads: [],
    detect: async () => ({
      evidence: [`${reference} was named.`],
      image: { reference },
      steps: [],
      processes: [{ name: 'web', argv: [] }],
      notes: [],
    }),
  },
];
