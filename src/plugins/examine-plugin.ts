import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Interfaces, Plugin } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { findHostMismatch } from '../logic/plugins/host-range.ts';

/** What a folder with a plugin turns out to be. */
export interface ExaminedPlugin {
  name: string;
  version: string;
  description: string;
  permissions: string[];
  commands: readonly PluginCommand[];
  /** What an `oclif.manifest.json` of it has to say. */
  manifest: Plugin['manifest'];
}

export type PluginCommand = Pick<
  Command.Loadable,
  'id' | 'aliases' | 'hiddenAliases' | 'hidden' | 'args' | 'strict'
>;

/**
 * Reads a plugin without running it where it brings a manifest; without one its commands are imported.
 * @throws RigError `plugin_invalid` or `plugin_needs_other_rig`
 */
export async function examinePlugin(root: string, hostVersion: string): Promise<ExaminedPlugin> {
  const pjson = readManifest(root);
  const { name, version } = pjson;
  if (typeof pjson.oclif !== 'object') {
    throw invalid(`${name} ${version} is no plugin: its package.json has no \`oclif\`.`);
  }
  const mismatch = await findHostMismatch(pjson, hostVersion);
  if (mismatch !== undefined) throw new RigError('plugin_needs_other_rig', mismatch.reason);
  const directory = pjson.oclif.commands;
  const hasHooks = Object.keys(pjson.oclif.hooks ?? {}).length > 0;
  if (typeof directory === 'string' && !existsSync(join(root, directory))) {
    throw invalid(`${name} ${version} has no ${directory}: its commands are not built.`);
  }
  if (directory === undefined && !hasHooks)
    throw invalid(`${name} ${version} has neither commands nor hooks.`);
  return {
    name,
    version,
    description: pjson.description ?? '',
    permissions: readPermissions(pjson),
    ...(await readCommands(root, pjson)),
  };
}

type PluginManifest = Interfaces.PJSON & { rig?: unknown };

export function readManifest(root: string): PluginManifest {
  let pjson: Partial<PluginManifest>;
  try {
    pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Partial<PluginManifest>;
  } catch (error) {
    throw new RigError('plugin_invalid', `${root} has no package.json that can be read.`, { cause: error });
  }
  if (typeof pjson.name !== 'string' || typeof pjson.version !== 'string') {
    throw invalid(`The package.json in ${root} has no name or version.`);
  }
  return pjson as PluginManifest;
}

/** `rig.permissions` of a package.json: words for people, and for a policy; rig cannot confine a plugin. */
export function readPermissions(pjson: { rig?: unknown }): string[] {
  const declared = (pjson.rig as { permissions?: unknown } | null | undefined)?.permissions;
  return Array.isArray(declared) ? declared.filter((entry) => typeof entry === 'string').toSorted() : [];
}

async function readCommands(
  root: string,
  pjson: PluginManifest,
): Promise<Pick<ExaminedPlugin, 'commands' | 'manifest'>> {
  const plugin = new Plugin({
    root,
    pjson,
    isRoot: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  try {
    await plugin.load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RigError('plugin_invalid', `The commands of ${pjson.name} cannot be loaded: ${reason}`, {
      hint: 'Install another version, or tell its author; it may lack something it needs at run time.',
      cause: error,
    });
  }
  return { commands: plugin.commands, manifest: plugin.manifest };
}

function invalid(message: string): RigError {
  return new RigError('plugin_invalid', message);
}
