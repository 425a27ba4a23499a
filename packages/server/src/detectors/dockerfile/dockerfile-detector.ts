import type { Detector } from '../detector.ts';

/**
 * A Dockerfile. Engines that run programs of this machine cannot build one, and there is no other engine yet;
 * so it says why it is not used, and the next detector is asked.
 */
export const dockerfileDetector: Detector = {
  name: 'dockerfile',
  explain: 'Dockerfile: only where the platform builds images; this one runs programs',
  reads: [],
  detect: async (tree) =>
    (await tree.hasFile('Dockerfile'))
      ? {
          missed: 'There is a Dockerfile, but this platform runs programs, not images.',
          note: 'The Dockerfile is not used: this platform runs programs, not images.',
        }
      : { missed: 'There is no Dockerfile.' },
};
