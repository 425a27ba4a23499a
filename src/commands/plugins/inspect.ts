import { Args } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';

export default class PluginsInspect extends RigCommand {
  static override description =
    'Show what a plugin is: source, digest, permissions, commands, and whether its files are those that were installed.';
  static override summary = 'Show what a plugin is.';
  static override examples = ['<%= config.bin %> <%= command.id %> @rig-ops/plugin-logs'];
  static override rigAuth = 'none' as const;
  static override args = { plugin: Args.string({ required: true, description: 'Name of the plugin.' }) };

  override async run() {
    const { args } = await this.parse(PluginsInspect);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { describeType, listInstalled } = await import('../../plugins/describe-plugin.ts');
    const { deniedPlugins } = await import('../../plugins/policy/denied-plugins.ts');
    const { checkContent } = await import('../../plugins/check-content.ts');
    const { store, places } = makeHost(this);
    const listed = listInstalled(this.config, store, await deniedPlugins(places));
    const plugin = listed.find(({ name }) => name === args.plugin);
    if (plugin === undefined) {
      throw new RigError('plugin_not_installed', `There is no plugin "${args.plugin}".`);
    }
    const record = store.find(plugin.name);
    const loaded = this.config.plugins.get(plugin.name);
    const content = record === undefined ? 'unknown' : checkContent(store, record);
    const root = record === undefined ? (loaded?.root ?? null) : store.rootOf(record);
    const commands = (loaded?.commands ?? []).map(({ id }) => id.replaceAll(':', ' ')).toSorted();
    const rows: [string, string][] = [
      ['name', plugin.name],
      ['in force', describeType(plugin)],
      ['source', plugin.source],
      ['integrity', plugin.integrity ?? '-'],
      ['files', content],
      ['signature', plugin.signature ?? 'not verified'],
      ['permissions', plugin.permissions.join(', ') || 'none declared'],
      ['scripts run', record?.scriptsRun.join(', ') || 'none'],
      ['folder', root ?? '-'],
      ['commands', commands.join(', ') || 'none'],
      ...(plugin.denied === null
        ? []
        : [['not loaded', `${plugin.denied.origin}: ${plugin.denied.reason}`] as [string, string]]),
    ];
    for (const [name, value] of rows) this.ui.print(`${name.padEnd(12)} ${sanitise(value)}`);
    return { plugin: { ...plugin, root, content, scriptsRun: record?.scriptsRun ?? [], commands } };
  }
}
