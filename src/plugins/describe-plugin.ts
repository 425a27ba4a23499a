import type { Config } from '@oclif/core';
import { bundledVersion } from './plugin-host.ts';
import type { PluginRecord } from './plugin-record.ts';
import type { PluginStore } from './plugin-store.ts';
import { type DeniedPlugin } from './policy/verdict.ts';

/** A plugin as `plugins list` tells of it. */
export interface ListedPlugin {
  name: string;
  /** The version in force. */
  version: string;
  /** `bundled` comes with rig, `user` was installed, `link` is a folder somebody works on. */
  type: 'bundled' | 'user' | 'link';
  /** Of a plugin that comes with rig: its version there, in force or not. */
  bundledVersion: string | null;
  source: string;
  integrity: string | null;
  permissions: string[];
  signature: PluginRecord['signature'];
  /** Why it is installed and not loaded. */
  denied: Pick<DeniedPlugin, 'origin' | 'rule' | 'reason'> | null;
}

/** Every plugin: those that come with rig, and the user's. */
export function listInstalled(
  config: Config,
  store: PluginStore,
  denied: readonly DeniedPlugin[],
): ListedPlugin[] {
  const records = store.read();
  const installed = new Set(records.map(({ name }) => name));
  const bundled = (config.pjson.oclif.plugins ?? [])
    .filter((name) => !installed.has(name))
    .map((name): ListedPlugin => {
      const version = bundledVersion(config, name) ?? config.plugins.get(name)?.version ?? 'unknown';
      return {
        name,
        version,
        type: 'bundled',
        bundledVersion: version,
        source: 'rig',
        integrity: null,
        permissions: [],
        signature: null,
        denied: null,
      };
    });
  const byUser = records.map((record) => listRecord(record, config, denied));
  return [...bundled, ...byUser].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function listRecord(record: PluginRecord, config: Config, denied: readonly DeniedPlugin[]): ListedPlugin {
  const { name, version, source, integrity, permissions, signature } = record;
  const refusal = denied.find((one) => one.name === name);
  return {
    name,
    version,
    type: source.kind === 'link' ? 'link' : 'user',
    bundledVersion: bundledVersion(config, name) ?? null,
    source: `${source.kind}:${source.spec}`,
    integrity,
    permissions,
    signature,
    denied:
      refusal === undefined ? null : { origin: refusal.origin, rule: refusal.rule, reason: refusal.reason },
  };
}

/** One line for people: what is in force, and instead of what. */
export function describeType({ type, version, bundledVersion: bundled, denied }: ListedPlugin): string {
  if (denied !== null) {
    const instead = bundled === null ? '' : `; bundled ${bundled} is in force`;
    return `${type} ${version}, not allowed${instead}`;
  }
  if (type === 'bundled') return `bundled ${version}`;
  if (bundled !== null) return `bundled ${bundled}, replaced by ${version} (${type})`;
  return `${type} ${version}`;
}
