import { Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class PluginsReset extends RigCommand {
  static override description =
    'Remove every plugin that was installed or linked; those that come with rig stay.';
  static override summary = 'Remove every installed plugin.';
  static override examples = ['<%= config.bin %> <%= command.id %> --yes'];
  static override rigAuth = 'none' as const;
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  override async run() {
    const { flags } = await this.parse(PluginsReset);
    const { makeHost } = await import('../../plugins/plugin-host.ts');
    const { uninstall } = await import('../../plugins/change-plugins.ts');
    const host = makeHost(this);
    const names = host.store.read().map(({ name }) => name);
    const sure = names.length === 0 || flags.yes || (await this.ui.confirm(`Remove ${names.join(', ')}?`));
    const removed = sure ? await uninstall(names, host) : [];
    this.ui.print(removed.length === 0 ? 'Nothing was removed.' : `Removed ${names.join(', ')}.`);
    return { removed };
  }
}
