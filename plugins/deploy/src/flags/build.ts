import { Flags } from '@oclif/core';

/** How the deploy comes to its artifact. */
export const buildFlags = {
  rebuild: Flags.boolean({
    description: 'Build although the same source was built before with the same build config.',
    helpGroup: 'BUILD',
  }),
  'no-cache': Flags.boolean({
    description: 'Build anew, and without what earlier builds have left: installed dependencies, caches.',
    helpGroup: 'BUILD',
  }),
};

/** As the API takes them; undefined where nothing was asked for. */
export function buildOptionsOf(flags: { rebuild: boolean; 'no-cache': boolean }) {
  if (!flags.rebuild && !flags['no-cache']) return undefined;
  return { rebuild: flags.rebuild, cache: !flags['no-cache'] };
}
