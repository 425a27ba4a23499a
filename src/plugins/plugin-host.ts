import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Config } from '@oclif/core';
import type { Ui } from '@rig-ops/kit';
import { examinePlugin, readManifest } from './examine-plugin.ts';
import type { ExistingPlugin } from './find-conflicts.ts';
import type { NpmOptions } from './npm.ts';
import type { PluginRecord } from './plugin-record.ts';
import { PluginStore } from './plugin-store.ts';
import { adminPolicyOf, type PolicyPlaces } from './policy/verdict.ts';

/** What the commands about plugins work on. */
export interface PluginHost {
  config: Config;
  store: PluginStore;
  places: PolicyPlaces;
  cwd: string;
  ui: Ui;
  npm: Omit<NpmOptions, 'cwd'>;
}

export interface HostSource {
  config: Config;
  rigHome: string;
  cwd: string;
  env: NpmOptions['env'];
  signal: AbortSignal;
  ui: Ui;
}

export function makeHost({ config, rigHome, cwd, env, signal, ui }: HostSource, verbose = false): PluginHost {
  const places = { rigHome, dataDir: config.dataDir, adminPolicy: adminPolicyOf(config.pjson) };
  const onOutput = verbose ? (text: string) => ui.note(text) : undefined;
  return { config, store: new PluginStore(config.dataDir), places, cwd, ui, npm: { env, signal, onOutput } };
}

/** Version of a plugin that comes with rig; undefined for any other. */
export function bundledVersion(config: Config, name: string): string | undefined {
  if (!(config.pjson.oclif.plugins ?? []).includes(name)) return undefined;
  try {
    const path = createRequire(join(config.root, 'package.json')).resolve(`${name}/package.json`);
    return readManifest(join(path, '..')).version;
  } catch {
    return config.plugins.get(name)?.version;
  }
}

/**
 * The plugins whose commands a new one must leave alone: those that come with rig as they are loaded, and
 * the user's as they lie on the disk now, since another process may have installed one meanwhile.
 */
export async function existingPlugins(
  { config, store }: PluginHost,
  without: string,
): Promise<ExistingPlugin[]> {
  const records = store.read().filter(({ name }) => name !== without);
  const byUser = new Set(records.map(({ name }) => name));
  const bundled = config
    .getPluginsList()
    .filter(({ name, type }) => type === 'core' && name !== without && !byUser.has(name));
  const installed = await Promise.all(records.map(async (record) => await commandsOf(store, record, config)));
  return [...bundled.map(({ name, commands }) => ({ name, commands })), ...installed];
}

async function commandsOf(store: PluginStore, record: PluginRecord, config: Config): Promise<ExistingPlugin> {
  const { name } = record;
  const loaded = config.plugins.get(name);
  const root = store.rootOf(record);
  if (loaded?.root === root) return { name, commands: loaded.commands };
  try {
    return { name, commands: (await examinePlugin(root, config.version)).commands };
  } catch {
    // Broken or gone: it has no commands that could be taken from it.
    return { name, commands: [] };
  }
}
