import type { Config } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { PluginSource } from './plugin-source.ts';

/**
 * Lets other plugins have their say, as oclif's own `plugins install` does: with the same argument. oclif
 * swallows what such a hook throws; here any throw is a no.
 */
export async function runPreinstallHooks(source: PluginSource, config: Config): Promise<void> {
  const plugin =
    source.kind === 'registry'
      ? { name: source.name ?? source.spec, tag: source.wanted ?? 'latest', type: 'npm' as const }
      : { url: source.spec, type: 'repo' as const };
  const { failures } = await config.runHook('plugins:preinstall', { plugin }, undefined, true);
  const [failure] = failures;
  if (failure === undefined) return;
  throw new RigError(
    'plugin_not_allowed',
    `${failure.plugin.name} refuses ${source.spec}: ${failure.error.message}`,
    {
      hint: 'Nothing was changed. Ask whoever installed the plugin that refuses it.',
      details: { origin: failure.plugin.name, rule: 'plugins:preinstall' },
      cause: failure.error,
    },
  );
}
