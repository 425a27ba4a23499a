import type { Detector } from '../detector.ts';
import { readPackageManifest } from './package-manifest.ts';
import { planInstall } from './plan-install.ts';
import { planWeb } from './plan-web.ts';

/** A package.json: installed by its lockfile, built by its build script, run by its start script. */
export const nodeDetector: Detector = {
  name: 'node',
  explain:
    'package.json: a start script, a main file, server.js, index.js, or a build script that makes a site',
  detect: async (tree, machine) => {
    const manifest = await readPackageManifest(tree);
    if (manifest === null) return null;
    const { install, prune, caches, reuse, notes } = await planInstall(tree, machine, manifest);
    const web = await planWeb(tree, manifest);
    const build =
      manifest.scripts['build'] === undefined
        ? []
        : [{ name: 'npm run build', phase: 'build' as const, argv: ['npm', 'run', 'build'] }];
    // Nothing of node_modules is served, so there is nothing to gain by pruning it.
    const needsPrune = web === null || 'argv' in web;
    return {
      steps: [...install, ...build, ...(needsPrune ? prune : [])],
      caches,
      ...(reuse === null ? {} : { reuse }),
      ...(web === null
        ? { lacks: 'package.json has no start script and names no file to run.' }
        : { processes: [web] }),
      notes,
    };
  },
};
