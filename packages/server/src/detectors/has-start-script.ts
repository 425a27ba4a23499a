import type { SourceTree } from './detector.ts';
import { readPackageManifest } from './node/package-manifest.ts';

/** Whether a package.json says how to start the app: then other languages in the source are there for something else. */
export async function hasStartScript(tree: SourceTree): Promise<boolean> {
  return (await readPackageManifest(tree))?.scripts['start'] !== undefined;
}

export const STARTED_BY_NODE = 'The start script of package.json says how it is run.';
