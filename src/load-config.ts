import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Config, type Interfaces, Plugin, settings } from '@oclif/core';
import { sanitise } from '@rig-ops/kit/text';
import { deniedPlugins } from './plugins/policy/denied-plugins.ts';
import { adminPolicyOf } from './plugins/policy/verdict.ts';

export interface ConfigSource {
  /** Folder of the core's package.json. */
  root: string;
  /** Where oclif keeps installed plugins and its caches, unless the environment says otherwise. */
  stateFolder: string;
  /**
   * Given: the core and these plugins run from their sources and without manifests, so that a new
   * command is there at once. Absent: everything runs as built.
   */
  sources?: { plugins: readonly string[] };
}

/** Loads oclif's picture of the command line: its plugins and their commands. */
export async function loadConfig({ root, stateFolder, sources }: ConfigSource): Promise<Config> {
  // RIG_HOME moves all state; oclif's own defaults lie elsewhere in the home of the user.
  process.env.RIG_DATA_DIR ??= join(stateFolder, 'plugins');
  process.env.RIG_CONFIG_DIR ??= join(stateFolder, 'config');
  process.env.RIG_CACHE_DIR ??= join(stateFolder, 'cache');
  await keepDeniedPluginsOut(root, stateFolder, process.env.RIG_DATA_DIR);
  // oclif would look for a TypeScript runtime on its own, and fall back to what was built before.
  settings.enableAutoTranspile = false;
  if (sources === undefined) return await Config.load({ root });
  const own = await Promise.all(sources.plugins.map((name) => loadSource(folderOf(root, name), false)));
  const core = await loadSource(root, true);
  // What is not ours comes as installed: oclif's own plugins and the user's.
  const { pjson } = core;
  const foreignNames = (pjson.oclif.plugins ?? []).filter((name) => name.startsWith('@oclif/'));
  const bare = await Config.load({
    root,
    pjson: { ...pjson, oclif: { ...pjson.oclif, plugins: foreignNames } },
  });
  const foreign = bare.getPluginsList().filter((plugin) => plugin.root !== root);
  const plugins = [core, ...foreign, ...own];
  return await Config.load({ root, plugins: new Map(plugins.map((plugin) => [plugin.name, plugin])) });
}

/** One warning for all plugins that a policy keeps from being loaded. */
async function keepDeniedPluginsOut(root: string, rigHome: string, dataDir: string): Promise<void> {
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as object;
  const denied = await deniedPlugins({ rigHome, dataDir, adminPolicy: adminPolicyOf(pjson) });
  if (denied.length === 0) return;
  const [{ origin, rule, reason } = { origin: '', rule: '', reason: '' }] = denied;
  const names = denied.map(({ name }) => name).join(', ');
  const why =
    denied.length === 1 ? `${rule} of ${origin}: ${reason}` : 'run `rig plugins list` for the reasons';
  process.stderr.write(`Warning: not loaded, since not allowed: ${sanitise(names)} (${sanitise(why)})\n`);
}

function folderOf(root: string, name: string): string {
  return dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
}

/** Where something lies before it is built. */
function toSource(path: string): string {
  return path.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts');
}

async function loadSource(root: string, isRoot: boolean): Promise<Interfaces.Plugin> {
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
  const { commands, helpClass } = pjson.oclif;
  const plugin = new Plugin({
    root,
    // The only kind of plugin whose package.json oclif takes from here instead of reading it.
    isRoot: true,
    ignoreManifest: true,
    pjson: {
      ...pjson,
      oclif: {
        ...pjson.oclif,
        ...(typeof commands === 'string' ? { commands: toSource(commands) } : {}),
        ...(typeof helpClass === 'string' ? { helpClass: toSource(helpClass) } : {}),
      },
    },
  });
  await plugin.load();
  plugin.isRoot = isRoot;
  return plugin;
}
