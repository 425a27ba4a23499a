import { resolve } from 'node:path';
import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type ExaminedPlugin, examinePlugin, readManifest } from './examine-plugin.ts';
import { type CommandConflict, findConflicts } from './find-conflicts.ts';
import { type InstalledPlugin, type InstallOptions, installPlugin } from './install-plugin.ts';
import { bundledVersion, existingPlugins, type PluginHost } from './plugin-host.ts';
import type { PluginRecord } from './plugin-record.ts';
import { parseSource } from './plugin-source.ts';
import { enforcePolicy } from './policy/enforce-policy.ts';
import { judge } from './policy/evaluate-policy.ts';
import { loadPolicies } from './policy/load-policies.ts';
import { notAllowed } from './policy/not-allowed.ts';
import { refreshPlatformPolicy } from './policy/refresh-platform-policy.ts';

/** Installs what the user typed; the whole of it while nobody else changes plugins. */
export async function install(
  typed: string,
  host: PluginHost,
  options: InstallOptions,
): Promise<InstalledPlugin> {
  const source = parseSource(typed, host.cwd);
  await refreshPlatformPolicy(host.places, host.ui);
  return await changing(host, async () => {
    host.ui.note(`Fetching ${source.spec} …`);
    const installed = await installPlugin(source, host, options);
    if (installed === undefined) throw new Error('an install without a condition came to nothing');
    const { failures } = await host.config.runHook('plugins:postinstall', {}, undefined, true);
    for (const { plugin, error } of failures) host.ui.warn(`${plugin.name}: ${error.message}`);
    return installed;
  });
}

export interface UpdateFinding {
  name: string;
  from: string;
  /** The version that is there now. */
  to: string;
  status: 'updated' | 'current' | 'linked' | 'failed';
  error: ErrorDocument | null;
}

/** Updates each plugin on its own: one that fails stays as it was and holds no other back. */
export async function update(
  names: readonly string[],
  host: PluginHost,
  options: InstallOptions,
): Promise<UpdateFinding[]> {
  await refreshPlatformPolicy(host.places, host.ui);
  return await changing(host, async () => {
    for (const name of names) requireRecord(host, name);
    const wanted = host.store.read().filter(({ name }) => names.length === 0 || names.includes(name));
    const findings: UpdateFinding[] = [];
    for (const record of wanted) findings.push(await updateOne(record, host, options));
    return findings;
  });
}

async function updateOne(
  record: PluginRecord,
  host: PluginHost,
  options: InstallOptions,
): Promise<UpdateFinding> {
  const { name, version, source } = record;
  const finding = { name, from: version, to: version, error: null };
  if (source.kind === 'link') return { ...finding, status: 'linked' };
  try {
    host.ui.note(`Looking for a newer ${name} …`);
    // A folder or file may have gone since.
    const wanted =
      source.kind === 'folder' || source.kind === 'file' ? parseSource(source.spec, host.cwd) : source;
    const installed = await installPlugin(
      { ...wanted, name: source.kind === 'registry' ? name : null },
      host,
      {
        ...options,
        onlyIfOther: record,
      },
    );
    if (installed === undefined) return { ...finding, status: 'current' };
    return { ...finding, to: installed.record.version, status: 'updated' };
  } catch (error) {
    host.npm.signal.throwIfAborted();
    return { ...finding, status: 'failed', error: toErrorDocument(error) };
  }
}

export interface LinkedPlugin {
  record: PluginRecord;
  plugin: ExaminedPlugin;
  /** Told, not refused: whoever links a plugin is working on it. */
  conflicts: CommandConflict[];
}

/** Has rig load a plugin from the folder it is developed in. */
export async function link(typed: string, host: PluginHost): Promise<LinkedPlugin> {
  const folder = resolve(host.cwd, typed);
  await refreshPlatformPolicy(host.places, host.ui);
  return await changing(host, async () => {
    parseSource(folder, host.cwd);
    const { name, version } = readManifest(folder);
    const refusal = judge(
      { name, version, integrity: null, kind: 'link', signature: null, signatureKnown: true },
      await loadPolicies(host.places),
    );
    if (refusal !== undefined) throw notAllowed(name, version, refusal);
    const plugin = await examinePlugin(folder, host.config.version);
    const conflicts = findConflicts(plugin.commands, await existingPlugins(host, name));
    const record: PluginRecord = {
      name,
      version,
      source: { kind: 'link', spec: folder, wanted: null },
      integrity: null,
      content: null,
      folder,
      permissions: plugin.permissions,
      scriptsRun: [],
      signature: null,
      installedAt: new Date().toISOString(),
    };
    await host.store.write([...host.store.read().filter((other) => other.name !== name), record]);
    await enforcePolicy(host.places);
    return { record, plugin, conflicts };
  });
}

export interface RemovedPlugin {
  name: string;
  version: string;
  /** Version of the plugin that comes with rig and is in force again. */
  restored: string | null;
}

/** Removes plugins, all of them or none. A name, or the folder of a linked one. */
export async function uninstall(names: readonly string[], host: PluginHost): Promise<RemovedPlugin[]> {
  return await changing(host, async () => {
    const removed = names.map((name) => requireRecord(host, name));
    const gone = new Set(removed.map(({ name }) => name));
    await host.store.write(host.store.read().filter(({ name }) => !gone.has(name)));
    await host.store.forgetView(gone);
    await enforcePolicy(host.places);
    return removed.map(({ name, version }) => ({
      name,
      version,
      restored: bundledVersion(host.config, name) ?? null,
    }));
  });
}

function requireRecord(host: PluginHost, name: string): PluginRecord {
  const records = host.store.read();
  const found =
    records.find((record) => record.name === name) ??
    records.find(({ source, folder }) => source.kind === 'link' && folder === resolve(host.cwd, name));
  if (found !== undefined) return found;
  const bundled = bundledVersion(host.config, name);
  throw new RigError(
    'plugin_not_installed',
    bundled === undefined
      ? `There is no plugin "${name}" that was installed or linked.`
      : `${name} ${bundled} comes with rig; no other version of it is installed.`,
  );
}

async function changing<T>(host: PluginHost, work: () => Promise<T>): Promise<T> {
  const { store, npm, ui } = host;
  return await store.change(
    npm.signal,
    () => ui.note('Waiting for another rig that changes plugins …'),
    work,
  );
}
