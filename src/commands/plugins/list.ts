import { Flags } from '@oclif/core';
import { RigCommand, tableFlags } from '@rig-ops/kit';

export default class PluginsList extends RigCommand {
  static override description =
    'List the plugins: those that come with rig and those that were installed, with source and digest.';
  static override summary = 'List the plugins.';
  static override aliases = ['plugins'];
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -o json',
  ];
  static override rigAuth = 'none' as const;
  static override flags = {
    core: Flags.boolean({ hidden: true, description: 'As in other command lines; they are always listed.' }),
    ...tableFlags,
  };

  override async run() {
    await this.parse(PluginsList);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { describeType, listInstalled } = await import('../../plugins/describe-plugin.ts');
    const { deniedPlugins } = await import('../../plugins/policy/denied-plugins.ts');
    const { store, places } = makeHost(this);
    const plugins = listInstalled(this.config, store, await deniedPlugins(places));
    this.ui.table(
      plugins.map((plugin) => ({
        ...plugin,
        type: describeType(plugin),
        permissions: plugin.permissions.join(', '),
        integrity: plugin.integrity === null ? '' : `${plugin.integrity.slice(0, 19)}…`,
      })),
      [
        { key: 'name', header: 'NAME' },
        { key: 'version', header: 'VERSION' },
        { key: 'type', header: 'TYPE' },
        { key: 'integrity', header: 'INTEGRITY' },
        { key: 'permissions', header: 'PERMISSIONS' },
        { key: 'source', header: 'SOURCE' },
      ],
    );
    return { plugins, nextCursor: null };
  }
}
