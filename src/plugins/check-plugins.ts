import type { Config } from '@oclif/core';
import semver from 'semver';
import { type DoctorCheck, passed, problem } from '../logic/doctor/doctor-check.ts';
import { checkContent } from './check-content.ts';
import { describeConflict, findConflicts } from './find-conflicts.ts';
import { bundledVersion } from './plugin-host.ts';
import type { PluginRecord } from './plugin-record.ts';
import type { PluginStore } from './plugin-store.ts';
import type { DeniedPlugin } from './policy/verdict.ts';

/** Looks at every plugin the user installed: whether it may be loaded, and is what was installed. */
export function checkPlugins(
  config: Config,
  store: PluginStore,
  denied: readonly DeniedPlugin[],
): DoctorCheck[] {
  const records = store.read();
  const problems = records.flatMap((record) =>
    problemsOf(record, config, store, denied).map(({ message, fix }) =>
      problem('plugins', record.name, message, fix),
    ),
  );
  if (problems.length > 0 || records.length === 0) return problems;
  return [passed('plugins', 'installed', `${records.length}, all as they were installed`)];
}

interface Found {
  message: string;
  fix: string;
}

function problemsOf(
  record: PluginRecord,
  config: Config,
  store: PluginStore,
  denied: readonly DeniedPlugin[],
): Found[] {
  const { name, version, source } = record;
  const again =
    source.kind === 'link' ? `rig plugins uninstall ${name}` : `rig plugins install ${source.spec}`;
  const found: Found[] = [];
  const content = checkContent(store, record);
  if (content === 'missing') {
    found.push({ message: `${store.rootOf(record)} is gone.`, fix: `Run: ${again}` });
  }
  if (content === 'changed') {
    found.push({
      message: `Files of ${version} are not those that were installed.`,
      fix: `If nobody changed them on purpose, run: ${again}`,
    });
  }
  const refusal = denied.find((one) => one.name === name);
  if (refusal !== undefined) {
    const { origin, rule, reason } = refusal;
    found.push({
      message: `It is not loaded: ${rule} of ${origin}: ${reason}.`,
      fix: `Run: rig plugins uninstall ${name}`,
    });
  }
  const bundled = bundledVersion(config, name);
  if (bundled !== undefined && semver.lt(version, bundled)) {
    found.push({
      message: `${version} stands in front of the newer ${bundled} that comes with rig.`,
      fix: `Run: rig plugins uninstall ${name}`,
    });
  }
  const loaded = config.plugins.get(name);
  const others = config
    .getPluginsList()
    .filter((plugin) => plugin.name !== name && plugin.root !== loaded?.root);
  const [conflict] = findConflicts(loaded?.commands ?? [], others);
  if (loaded !== undefined && conflict !== undefined) {
    found.push({
      message: describeConflict(name, conflict),
      fix: `Uninstall one of them: rig plugins uninstall ${name}`,
    });
  }
  return found;
}
