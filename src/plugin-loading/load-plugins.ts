import type { Interfaces, Plugin } from '@oclif/core';
import { findHostMismatch } from '../logic/plugins/host-range.ts';
import { type LoadOptions, loadPlugin, readPackage, UnusablePlugin } from './load-plugin.ts';
import { broughtBy, type PluginPlace } from './plugin-places.ts';
import { firstLine, type PluginTrouble, reinstall } from './plugin-trouble.ts';
import { LimitExceeded, withinLimit } from './within-limit.ts';

/** How long the modules of a plugin without a manifest may take to load, in milliseconds. */
const LOAD_LIMIT_MS = 10_000;

export interface LoadedPlugins {
  /** By name, in the order their commands take precedence. */
  plugins: Map<string, Plugin>;
  troubles: PluginTrouble[];
}

/**
 * Loads plugins, and those they bring themselves. Of two with one name the first counts, unless it cannot
 * be loaded. A plugin that cannot is left out and named.
 */
export async function loadPlugins(
  places: readonly PluginPlace[],
  { hostVersion }: { hostVersion: string },
): Promise<LoadedPlugins> {
  const plugins = new Map<string, Plugin>();
  const troubles: PluginTrouble[] = [];
  const load = async (place: PluginPlace, parent?: Plugin): Promise<void> => {
    if (plugins.has(place.name)) return;
    const note = (reason: string, fix = fixFor(place)) => troubles.push({ plugin: place.name, reason, fix });
    try {
      const plugin = await loadChecked(place, hostVersion, note);
      plugins.set(plugin.name, plugin);
      if (parent !== undefined) {
        plugin.parent = parent;
        parent.children.push(plugin);
      }
      for (const child of broughtBy(plugin.root, plugin.pjson, place.type)) await load(child, plugin);
    } catch (error) {
      if (error instanceof UnusablePlugin) note(error.message, error.fix);
      else if (error instanceof LimitExceeded) note(`is left out: ${error.message} to load`);
      else note(`cannot be loaded: ${firstLine(error)}`);
    }
  };
  for (const place of places) await load(place);
  return { plugins, troubles };
}

async function loadChecked(
  place: PluginPlace,
  hostVersion: string,
  note: (reason: string) => void,
): Promise<Plugin> {
  const { root, name } = place;
  if (root === undefined) throw new UnusablePlugin('is not where it was installed');
  const pjson = readPackage(root);
  await checkHost(pjson, hostVersion, name);
  const options: LoadOptions = { onFault: note };
  return await withinLimit(LOAD_LIMIT_MS, loadPlugin(place, root, pjson, options));
}

async function checkHost(pjson: Interfaces.PJSON, hostVersion: string, name: string): Promise<void> {
  const mismatch = await findHostMismatch(pjson, hostVersion);
  if (mismatch === undefined) return;
  throw new UnusablePlugin(
    `is left out: ${mismatch.reason}`,
    `Update rig, or install another version: rig plugins install ${name}@VERSION`,
  );
}

function fixFor({ name, type, root }: PluginPlace): string {
  if (type === 'core') return 'It is part of rig: install rig again.';
  if (type === 'link') {
    return root === undefined
      ? `Put the folder back, or run \`rig plugins uninstall ${name}\`.`
      : `Correct it in ${root}, or run \`rig plugins uninstall ${name}\`.`;
  }
  return reinstall(name);
}
