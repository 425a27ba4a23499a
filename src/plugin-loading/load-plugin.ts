import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Interfaces, Plugin } from '@oclif/core';
import type { PluginPlace } from './plugin-places.ts';
import { firstLine } from './plugin-trouble.ts';

/** A plugin that is not there, or not to be understood; the message is the end of a sentence about it. */
export class UnusablePlugin extends Error {
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    super(message);
    this.fix = fix;
  }
}

export function readPackage(root: string): Interfaces.PJSON {
  try {
    const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
    if (typeof pjson.name !== 'string') throw new Error('it has no name');
    return pjson;
  } catch (error) {
    throw new UnusablePlugin(`has a package.json that cannot be used: ${firstLine(error)}`);
  }
}

/** What `oclif.manifest.json` says; undefined without one. Throws when it is not one of this version. */
function readManifest(root: string, version: string): Interfaces.Manifest | undefined {
  let text: string | undefined;
  for (const name of ['oclif.manifest.json', '.oclif.manifest.json']) {
    try {
      text ??= readFileSync(join(root, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as Interfaces.Manifest;
  const commands: unknown = manifest?.commands;
  if (typeof commands !== 'object' || commands === null) throw new Error('it has no commands');
  for (const [id, command] of Object.entries(manifest.commands)) checkCommand(id, command);
  // What the author of a linked folder has not built yet is no fault; oclif's own rule.
  return releaseOf(version) === releaseOf(manifest.version) || process.env.OCLIF_NEXT_VERSION !== undefined
    ? manifest
    : undefined;
}

function releaseOf(version: unknown): string | undefined {
  return String(version).split('-', 1)[0];
}

/** What help, completion and the search for a command rely on. */
function checkCommand(id: string, command: Command.Cached | null): void {
  if (typeof command !== 'object' || command === null) throw new Error(`the command ${id} is none`);
  command.id = id;
  for (const key of ['flags', 'args'] as const) {
    command[key] ??= {};
    if (typeof command[key] !== 'object') throw new Error(`the command ${id} has no usable ${key}`);
  }
  for (const key of ['aliases', 'hiddenAliases'] as const) {
    command[key] ??= [];
    if (!Array.isArray(command[key])) throw new Error(`the command ${id} has no usable ${key}`);
  }
}

export interface LoadOptions {
  /** Called for what the plugin can do without: a broken manifest, one command of several. */
  onFault: (reason: string) => void;
  /** Its commands are looked for, as its author changes them. */
  ignoreManifest?: boolean;
}

/**
 * Makes oclif's plugin of a folder. Files are read here, at once: oclif's own way asks the file system some
 * forty questions per plugin, one after the other.
 */
export async function loadPlugin(
  { name, type, tag }: Pick<PluginPlace, 'name' | 'type' | 'tag'>,
  root: string,
  pjson: Interfaces.PJSON,
  { onFault, ignoreManifest = false }: LoadOptions,
): Promise<Plugin> {
  let manifest: Interfaces.Manifest | undefined;
  try {
    manifest = ignoreManifest ? undefined : readManifest(root, pjson.version);
  } catch (error) {
    onFault(`has an oclif.manifest.json that cannot be used: ${firstLine(error)}`);
  }
  // The root is the only kind of plugin whose package.json oclif takes from here instead of reading it.
  const plugin = new Plugin({
    name,
    type,
    root,
    pjson,
    isRoot: true,
    ignoreManifest: true,
    ...(tag && { tag }),
  });
  const replaced: Record<string, unknown> = {
    warn: (error: unknown, scope?: string) => onFault(describeFault(error, scope)),
    // Without commands: oclif sorts them in a way that loads the collation tables of all languages.
    ...(manifest && { _manifest: async () => ({ ...manifest, commands: {} }) }),
  };
  for (const [method, value] of Object.entries(replaced)) Object.defineProperty(plugin, method, { value });
  await plugin.load();
  const targets = Object.values(plugin.hooks).flatMap((hooks) => hooks.map(({ target }): unknown => target));
  if (targets.some((target) => typeof target !== 'string'))
    throw new UnusablePlugin('has hooks that are none');
  plugin.isRoot = false;
  if (manifest !== undefined) {
    plugin.hasManifest = true;
    plugin.manifest = manifest;
    plugin.commandIDs = Object.keys(manifest.commands).toSorted();
    plugin.commands = plugin.commandIDs.map((id) => loadableOf(plugin, id, manifest.commands[id]));
  }
  return plugin;
}

function loadableOf(plugin: Plugin, id: string, cached: Command.Cached | undefined): Command.Loadable {
  return {
    ...(cached as Command.Cached),
    load: async () => await plugin.findCommand(id, { must: true }),
    pluginName: cached?.pluginName ?? plugin.name,
    pluginAlias: plugin.alias,
    pluginType: cached?.pluginType === 'jit' ? 'jit' : plugin.type,
  };
}

function describeFault(error: unknown, scope: string | undefined): string {
  const command = /^findCommand \((.*)\)$/.exec(scope ?? '')?.[1];
  const what =
    command === undefined ? 'is not quite right' : `has no command "${command.replaceAll(':', ' ')}"`;
  return `${what}: ${firstLine(error)}`;
}
