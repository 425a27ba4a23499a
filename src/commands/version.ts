import { RigCommand } from '@rig-ops/kit';
import { listPlugins } from '../own-documents.ts';

export default class Version extends RigCommand {
  static override description = 'Show the version of rig and of its plugins.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override rigAuth = 'none' as const;

  override async run() {
    await this.parse(Version);
    const { version } = this.config;
    const node = process.version.slice(1);
    const platform = `${process.platform}-${process.arch}`;
    const plugins = listPlugins(this.config);
    this.ui.print(`rig ${version} ${platform} node-v${node}`);
    for (const plugin of plugins) this.ui.print(`${plugin.name} ${plugin.version}`);
    return { version, node, platform, plugins };
  }
}
