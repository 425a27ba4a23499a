import { join } from 'node:path';
import { takePackages } from './take-packages.ts';
import type { PluginName } from './plugin-name.ts';
import { scaffoldFiles } from './scaffold-files.ts';
import { scaffoldPackage } from './scaffold-package.ts';

export interface ScaffoldPlan {
  name: PluginName;
  description: string | undefined;
  /** The rig that makes it. */
  host: { root: string; version: string; pjson: { dependencies?: Record<string, string> } };
  /** Folder with the packages of rig as `.tgz` files; from a registry when absent. */
  packages: string | undefined;
}

/** The files of a new plugin by path. Throws `invalid_input` for a folder of packages that lacks some. */
export async function planScaffold({
  name,
  description = `Commands that begin with \`rig ${name.topic}\`.`,
  host,
  packages,
}: ScaffoldPlan): Promise<Map<string, string>> {
  const { dependencies = {} } = host.pjson;
  const manifest = scaffoldPackage(name, description, {
    host: host.version,
    kit: dependencies['@rig-ops/kit'] ?? host.version,
    oclif: dependencies['@oclif/core'] ?? '*',
  });
  const files = await scaffoldFiles(join(host.root, 'templates', 'plugin'), name, description);
  const complete = packages === undefined ? manifest : await takePackages(manifest, packages);
  files.set('package.json', `${JSON.stringify(complete, undefined, 2)}\n`);
  return files;
}
