import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Config, type Interfaces, type Plugin, settings } from '@oclif/core';
import { sanitise } from '@rig-ops/kit/text';
import { loadPlugin, readPackage } from './plugin-loading/load-plugin.ts';
import { loadPlugins } from './plugin-loading/load-plugins.ts';
import { broughtBy, type PluginPlace, userPlaces } from './plugin-loading/plugin-places.ts';
import { EVERY_PLUGIN, firstLine, noteTrouble, type PluginTrouble } from './plugin-loading/plugin-trouble.ts';
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
  /** Leaves out the plugins of the user. */
  safeMode?: boolean;
}

/** Loads oclif's picture of the command line: its plugins and their commands. */
export async function loadConfig({ root, stateFolder, sources, safeMode }: ConfigSource): Promise<Config> {
  // RIG_HOME moves all state; oclif's own defaults lie elsewhere in the home of the user.
  process.env.RIG_DATA_DIR ??= join(stateFolder, 'plugins');
  process.env.RIG_CONFIG_DIR ??= join(stateFolder, 'config');
  process.env.RIG_CACHE_DIR ??= join(stateFolder, 'cache');
  // oclif would look for a TypeScript runtime on its own, and fall back to what was built before.
  settings.enableAutoTranspile = false;
  const pjson = readPackage(root);
  if (safeMode !== true) await keepDeniedPluginsOut(pjson, stateFolder, process.env.RIG_DATA_DIR);
  const core = await loadOwn(root, pjson, sources !== undefined);
  core.isRoot = true;
  const user = safeMode === true ? { places: [], troubles: [] } : findUserPlugins(process.env.RIG_DATA_DIR);
  const builtIn = broughtBy(root, pjson, 'core').filter(
    ({ name }) => sources === undefined || name.startsWith('@oclif/'),
  );
  const { plugins, troubles } = await loadPlugins([...user.places, ...builtIn], {
    hostVersion: pjson.version,
  });
  for (const name of sources?.plugins ?? []) {
    const place = broughtBy(root, pjson, 'core').find((place) => place.name === name);
    if (place?.root !== undefined && !plugins.has(name))
      plugins.set(name, await loadOwn(place.root, readPackage(place.root), true));
  }
  const config = await withoutTheme(() =>
    Config.load({ root, plugins: new Map([[core.name, core], ...plugins]) }),
  );
  for (const trouble of [...user.troubles, ...troubles]) noteTrouble(config, trouble);
  return config;
}

/** One warning for all plugins that a policy keeps from being loaded. */
async function keepDeniedPluginsOut(pjson: object, rigHome: string, dataDir: string): Promise<void> {
  const denied = await deniedPlugins({ rigHome, dataDir, adminPolicy: adminPolicyOf(pjson) });
  if (denied.length === 0) return;
  const [{ origin, rule, reason } = { origin: '', rule: '', reason: '' }] = denied;
  const names = denied.map(({ name }) => name).join(', ');
  const why =
    denied.length === 1 ? `${rule} of ${origin}: ${reason}` : 'run `rig plugins list` for the reasons';
  process.stderr.write(`Warning: not loaded, since not allowed: ${sanitise(names)} (${sanitise(why)})\n`);
}

/** oclif looks for the user's theme in a way that loads half of the file system's modules. */
async function withoutTheme<T>(work: () => Promise<T>): Promise<T> {
  const folder = process.env.RIG_CONFIG_DIR ?? '';
  if (process.env.RIG_DISABLE_THEME !== undefined || existsSync(join(folder, 'theme.json')))
    return await work();
  process.env.RIG_DISABLE_THEME = '1';
  try {
    return await work();
  } finally {
    delete process.env.RIG_DISABLE_THEME;
  }
}

function findUserPlugins(dataDir: string): { places: PluginPlace[]; troubles: PluginTrouble[] } {
  try {
    return { places: userPlaces(dataDir), troubles: [] };
  } catch (error) {
    const file = join(dataDir, 'package.json');
    const reason = `are left out: ${file} cannot be used: ${firstLine(error)}`;
    const fix = `Correct ${file}, or remove it and install the plugins again.`;
    return { places: [], troubles: [{ plugin: EVERY_PLUGIN, reason, fix }] };
  }
}

/** The core, or a plugin of rig, as built or from its sources. */
async function loadOwn(root: string, pjson: Interfaces.PJSON, asSource: boolean): Promise<Plugin> {
  const onFault = (reason: string) => {
    throw new Error(`${pjson.name} ${reason}`);
  };
  const place = { name: pjson.name, type: 'core' as const };
  if (!asSource) return await loadPlugin(place, root, pjson, { onFault });
  const { commands, helpClass } = pjson.oclif;
  const oclif = {
    ...pjson.oclif,
    ...(typeof commands === 'string' ? { commands: toSource(commands) } : {}),
    ...(typeof helpClass === 'string' ? { helpClass: toSource(helpClass) } : {}),
  };
  return await loadPlugin(place, root, { ...pjson, oclif }, { onFault, ignoreManifest: true });
}

/** Where something lies before it is built. */
function toSource(path: string): string {
  return path.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts');
}
