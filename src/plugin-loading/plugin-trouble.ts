import type { Config } from '@oclif/core';
import { sanitise } from '@rig-ops/kit/text';

/** Named where the list of the user's plugins itself is of no use. */
export const EVERY_PLUGIN = 'plugins of the user';

/** What is wrong with a plugin; the rest of rig works all the same. */
export interface PluginTrouble {
  /** Its name, as far as it is known. */
  plugin: string;
  /** What happened, as the end of a sentence that begins with its name. */
  reason: string;
  /** What to do about it, for `rig doctor`. */
  fix: string;
}

/** By the core's package.json: oclif makes a configuration of its own for each command, and hands that on. */
const known = new WeakMap<object, PluginTrouble[]>();

/** The trouble there was with plugins since the configuration was loaded. */
export function troublesOf(config: Config): readonly PluginTrouble[] {
  return known.get(config.pjson) ?? [];
}

/** Whether it is the first trouble with this plugin. */
export function noteTrouble(config: Config, trouble: PluginTrouble): boolean {
  const troubles = known.get(config.pjson) ?? [];
  known.set(config.pjson, [...troubles, trouble]);
  return troubles.every(({ plugin }) => plugin !== trouble.plugin);
}

/** One line for people, whatever the plugin put into its messages. */
export function describeTrouble({ plugin, reason }: PluginTrouble): string {
  const what = sanitise(reason.replaceAll(/\s+/g, ' ').trim());
  const who = plugin === EVERY_PLUGIN ? plugin : `the plugin ${sanitise(plugin)}`;
  return `${who} ${what.replace(/\.$/, '')}. \`rig doctor\` says what to do.`;
}

/** The first line of whatever a plugin threw. */
export function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.trim().split('\n')[0] ?? '';
}

/** Fixes for a plugin the user installed. */
export function reinstall(name: string): string {
  return `Run \`rig plugins uninstall ${name}\`, and install it again if it is needed.`;
}
