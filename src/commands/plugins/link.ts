import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class PluginsLink extends RigCommand {
  static override description = [
    'Load a plugin from the folder it is developed in.',
    'What is changed there is in force at once. A command that another plugin has already is told, and the other plugin keeps it. Nothing is installed in the folder.',
  ].join('\n\n');
  static override summary = 'Load a plugin from a folder.';
  static override examples = ['<%= config.bin %> <%= command.id %> ./my-plugin'];
  static override rigAuth = 'none' as const;
  static override args = { folder: Args.string({ description: 'Folder of the plugin.', default: '.' }) };

  override async run() {
    const { args } = await this.parse(PluginsLink);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { link } = await import('../../plugins/change-plugins.ts');
    const { describeConflict } = await import('../../plugins/find-conflicts.ts');
    const { record, plugin, conflicts } = await link(args.folder, makeHost(this));
    const { name, version, folder, permissions } = record;
    for (const conflict of conflicts) this.ui.warn(describeConflict(name, conflict));
    this.ui.print(`Linked ${name} ${version} from ${folder}.`);
    return {
      plugin: { name, version, type: 'link', source: `link:${folder}`, integrity: null, permissions },
      commands: plugin.commands.map(({ id }) => id.replaceAll(':', ' ')),
      conflicts,
    };
  }
}
