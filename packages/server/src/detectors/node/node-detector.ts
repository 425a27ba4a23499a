import { satisfies, validRange } from 'semver';
import type { Detector } from '../detector.ts';
import { readPackageManifest } from './package-manifest.ts';
import { planInstall } from './plan-install.ts';
import { planWeb } from './plan-web.ts';

/** Says when the app asks for another Node than it gets. */
function describeNode(range: string | null, version: string | null): string[] {
  if (range === null) return [];
  if (validRange(range) === null)
    return [`engines.node of package.json, ${JSON.stringify(range)}, is not a range of versions.`];
  return version === null || satisfies(version, range)
    ? []
    : [`package.json asks for Node ${range}; it is built and run with the Node of the platform, ${version}.`];
}

/** A package.json: installed by its lockfile, built by its build script, run by its start script. */
export const nodeDetector: Detector = {
  name: 'node',
  explain:
    'package.json: a start script, a main file, server.js, index.js, or a build script that makes a site',
  reads: ['package.json', 'yarn.lock', '.yarnrc.yml', 'pnpm-workspace.yaml'],
  detect: async (tree, machine) => {
    const manifest = await readPackageManifest(tree);
    if (manifest === null) return { missed: 'There is no package.json.' };
    const { build, caches, evidence, install, notes, prune, reuse } = await planInstall(
      tree,
      machine,
      manifest,
    );
    const web = await planWeb(tree, manifest);
    // Nothing of node_modules is served, so there is nothing to gain by pruning it.
    const needsPrune = web === null || 'argv' in web;
    return {
      evidence: ['There is a package.json.', ...evidence],
      steps: [...install, ...build, ...(needsPrune ? prune : [])],
      caches,
      ...(reuse === null ? {} : { reuse }),
      ...(web === null
        ? { lacks: 'package.json has no start script and names no file to run.' }
        : { processes: [web] }),
      notes: [...notes, ...describeNode(manifest.nodeRange, machine.nodeVersion)],
    };
  },
};
