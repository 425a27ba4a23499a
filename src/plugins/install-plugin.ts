import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import semver from 'semver';
import { type ExaminedPlugin, examinePlugin, readManifest, readPermissions } from './examine-plugin.ts';
import { describeConflict, findConflicts } from './find-conflicts.ts';
import { bundledVersion, existingPlugins, type PluginHost } from './plugin-host.ts';
import type { PluginRecord } from './plugin-record.ts';
import type { PluginSource } from './plugin-source.ts';
import { enforcePolicy } from './policy/enforce-policy.ts';
import { judge, scriptsAllowed, signatureWanted } from './policy/evaluate-policy.ts';
import { loadPolicies } from './policy/load-policies.ts';
import type { Policy } from './policy/policy.ts';
import { notAllowed } from './policy/not-allowed.ts';
import { runPreinstallHooks } from './preinstall-hooks.ts';
import {
  type FetchedPlugin,
  fetchPlugin,
  packagesWithScripts,
  runScripts,
  unpackPlugin,
} from './stage-plugin.ts';
import { treeDigest } from './tree-digest.ts';
import { verifySignature } from './verify-signature.ts';

export interface InstallOptions {
  /** Replace a plugin that comes with rig by one that is not newer. */
  allowOlder: boolean;
  /** Asked once it is known what the plugin is and before anything of it runs; false stops. */
  confirm(plugin: { name: string; version: string; permissions: string[] }): Promise<boolean>;
  /** An update: the same content is no reason to install. */
  onlyIfOther?: PluginRecord;
}

export interface InstalledPlugin {
  record: PluginRecord;
  plugin: ExaminedPlugin;
  replaced: { version: string; bundled: boolean } | null;
  /** Packages with install scripts that were not run. */
  scriptsSkipped: string[];
}

/**
 * Installs a plugin, or nothing. All is fetched, checked and unpacked in a folder of its own; the one step
 * that makes it a plugin is the replacement of the lock. Call it within `store.change`.
 */
export async function installPlugin(
  source: PluginSource,
  host: PluginHost,
  options: InstallOptions,
): Promise<InstalledPlugin | undefined> {
  const { store, npm } = host;
  const policies = await loadPolicies(host.places);
  if (source.name !== null) allow(source.name, source, policies);
  const staging = await store.stage();
  try {
    const fetched = await fetchPlugin(source, staging, npm);
    const { onlyIfOther } = options;
    if (onlyIfOther !== undefined && !isNews(fetched, onlyIfOther)) return undefined;
    checkFetched(fetched, source, host, policies, options);
    await runPreinstallHooks(source, host.config);
    return await installStaged(fetched, source, staging, { host, policies, options });
  } catch (error) {
    throw onFullDisk(error);
  } finally {
    // After success it has another name.
    await rm(staging, { recursive: true, force: true });
  }
}

function isNews({ version, integrity }: FetchedPlugin, installed: PluginRecord): boolean {
  if (integrity === installed.integrity) return false;
  return installed.source.kind !== 'registry' || semver.gt(version, installed.version);
}

/** What can be said before anything is unpacked. */
function checkFetched(
  fetched: FetchedPlugin,
  source: PluginSource,
  host: PluginHost,
  policies: readonly Policy[],
  { allowOlder }: InstallOptions,
): void {
  const { name, version } = fetched;
  allow(name, source, policies, fetched);
  if (name === host.config.name) {
    throw new RigError('invalid_input', `${name} is rig itself, not a plugin.`, {
      hint: 'Update rig with npm.',
    });
  }
  const bundled = bundledVersion(host.config, name);
  if (bundled !== undefined && !allowOlder && !semver.gt(version, bundled)) {
    const relation = semver.eq(version, bundled) ? 'the version' : 'older than the one';
    throw new RigError(
      'plugin_not_newer',
      `${name} ${version} is ${relation} that comes with rig (${bundled}).`,
    );
  }
}

function allow(
  name: string,
  { kind }: PluginSource,
  policies: readonly Policy[],
  fetched?: FetchedPlugin,
): void {
  const { version = null, integrity = null } = fetched ?? {};
  const refusal = judge({ name, version, integrity, kind, signature: null, signatureKnown: false }, policies);
  if (refusal !== undefined) throw notAllowed(name, version, refusal);
}

async function installStaged(
  fetched: FetchedPlugin,
  source: PluginSource,
  staging: string,
  { host, policies, options }: { host: PluginHost; policies: readonly Policy[]; options: InstallOptions },
): Promise<InstalledPlugin> {
  const { name, version, integrity } = fetched;
  const { store, npm, ui, config } = host;
  const root = join(staging, 'node_modules', name);
  ui.note(`Installing ${name} ${version} …`);
  await unpackPlugin(fetched, source, staging, npm);
  const signature = await checkSignature(fetched, source, staging, host, policies);
  const permissions = readPermissions(readManifest(root));
  if (!(await options.confirm({ name, version, permissions }))) {
    throw new RigError('cancelled', `${name} was not installed.`, { hint: 'Nothing was changed.' });
  }
  const withScripts = packagesWithScripts(staging);
  const scriptsRun = scriptsAllowed(withScripts, policies);
  await runScripts(scriptsRun, staging, npm);
  const plugin = await examinePlugin(root, config.version);
  await refuseConflicts(plugin, host);
  await addManifest(root, plugin);
  const before = store.find(name);
  const bundled = bundledVersion(config, name);
  const record: PluginRecord = {
    name,
    version,
    source: { kind: source.kind, spec: source.spec, wanted: source.wanted },
    integrity,
    content: treeDigest(join(staging, 'node_modules')),
    folder: await settle(staging, store.packages, fetched),
    permissions,
    scriptsRun,
    signature,
    installedAt: new Date().toISOString(),
  };
  npm.signal.throwIfAborted();
  await store.write([...store.read().filter((other) => other.name !== name), record]);
  await enforcePolicy(host.places);
  return {
    record,
    plugin,
    replaced:
      before === undefined
        ? bundled === undefined
          ? null
          : { version: bundled, bundled: true }
        : { version: before.version, bundled: false },
    scriptsSkipped: withScripts.filter((one) => !scriptsRun.includes(one)),
  };
}

/** Without a manifest every command of rig would import every command of the plugin, to know its flags. */
async function addManifest(root: string, { manifest }: ExaminedPlugin): Promise<void> {
  if (['oclif.manifest.json', '.oclif.manifest.json'].some((name) => existsSync(join(root, name)))) return;
  await writeFile(join(root, 'oclif.manifest.json'), JSON.stringify(manifest));
}

async function checkSignature(
  { name, version, integrity }: FetchedPlugin,
  { kind }: PluginSource,
  staging: string,
  { npm, ui }: PluginHost,
  policies: readonly Policy[],
): Promise<PluginRecord['signature']> {
  if (signatureWanted(policies) === undefined) return null;
  if (kind === 'registry') ui.note('Verifying signatures …');
  const { verified, reason } =
    kind === 'registry'
      ? await verifySignature({ name, version }, { ...npm, cwd: staging })
      : { verified: null, reason: `what comes from "${kind}" has no signature of a registry` };
  const refusal = judge(
    { name, version, integrity, kind, signature: verified, signatureKnown: true },
    policies,
  );
  if (refusal !== undefined) {
    throw notAllowed(name, version, { ...refusal, reason: `${refusal.reason}: ${reason}` });
  }
  return verified;
}

async function refuseConflicts(plugin: ExaminedPlugin, host: PluginHost): Promise<void> {
  const conflicts = findConflicts(plugin.commands, await existingPlugins(host, plugin.name));
  if (conflicts.length === 0) return;
  throw new RigError(
    'plugin_conflict',
    conflicts.map((conflict) => describeConflict(plugin.name, conflict)).join(' '),
    { details: { plugin: plugin.name, conflicts } },
  );
}

/** Gives a finished staging folder its name; relative to the folder of the plugins. */
async function settle(staging: string, packages: string, { name, version }: FetchedPlugin): Promise<string> {
  const slug = `${name.replace('@', '').replace('/', '+')}-${version}-${randomBytes(4).toString('hex')}`;
  await rename(staging, join(packages, slug));
  return `${basename(packages)}/${slug}`;
}

function onFullDisk(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new RigError(
    'disk_full',
    `The disk is full${path === undefined ? '' : ` at ${path}`}; nothing was changed.`,
    {
      hint: 'Free some space where RIG_HOME and npm keep their files, then try again.',
      cause: error,
    },
  );
}
