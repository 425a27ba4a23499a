import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class PluginsUninstall extends RigCommand {
  static override description = [
    'Remove plugins that were installed or linked, all that are named or none.',
    'Where the plugin replaced one that comes with rig, that one is in force again.',
  ].join('\n\n');
  static override summary = 'Remove plugins.';
  static override aliases = ['plugins:remove', 'plugins:unlink'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> @acme/rig-plugin-cost',
    {
      description: 'Back to the version that comes with rig.',
      command: '<%= config.bin %> <%= command.id %> @rig-ops/plugin-logs',
    },
  ];
  static override rigAuth = 'none' as const;
  static override strict = false;
  static override args = {
    plugin: Args.string({ required: true, description: 'Name of a plugin, or the folder of a linked one.' }),
  };

  override async run() {
    const { argv } = await this.parse(PluginsUninstall);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { uninstall } = await import('../../plugins/change-plugins.ts');
    const removed = await uninstall(argv.map(String), makeHost(this));
    for (const { name, version, restored } of removed) {
      const instead = restored === null ? '' : ` ${restored} that comes with rig is in force again.`;
      this.ui.print(`Uninstalled ${name} ${version}.${instead}`);
    }
    return { removed };
  }
}
