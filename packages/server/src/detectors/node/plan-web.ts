import type { SourceTree } from '../detector.ts';
import type { ProcessPlan } from '../plan.ts';
import { toArgv } from '../shell-command.ts';
import type { PackageManifest } from './package-manifest.ts';

/** Where the usual site builders put what they make. */
const SITE_FOLDERS = ['dist', 'build', 'out', '_site', 'public'];

/** Builders that make a site and no server, by the name of their package. */
const SITE_BUILDERS = ['vite', 'parcel', '@11ty/eleventy', 'react-scripts', '@vue/cli-service', 'webpack'];

/** Files that are run where neither a script nor `main` says which. */
const ENTRIES = ['server.js', 'index.js', 'app.js', 'server.mjs', 'index.mjs'];

/**
 * The start script, run by a shell with `node_modules/.bin` on its PATH as npm would, but without npm in
 * between: npm stays in memory beside the app and passes signals on unreliably.
 */
function startCommand(scripts: Record<string, string>): string[] | null {
  const { start, prestart } = scripts;
  if (start === undefined) return null;
  return toArgv(prestart === undefined ? start : `(${prestart}) && ${start}`);
}

/** How `web` of a Node app is run; null when nothing in it says so. */
export async function planWeb(tree: SourceTree, manifest: PackageManifest): Promise<ProcessPlan | null> {
  const start = startCommand(manifest.scripts);
  if (start !== null) return { name: 'web', argv: start };
  const builds = manifest.scripts['build'] !== undefined;
  const site: ProcessPlan = { name: 'web', site: { folders: SITE_FOLDERS, built: true } };
  const usesBuilder = SITE_BUILDERS.some(
    (name) => name in manifest.devDependencies || name in manifest.dependencies,
  );
  if (builds && (usesBuilder || (await tree.hasFile('index.html')))) return site;
  for (const entry of [manifest.main, ...ENTRIES]) {
    if (entry !== null && (await tree.hasFile(entry))) return { name: 'web', argv: ['node', entry] };
  }
  return builds ? site : null;
}
