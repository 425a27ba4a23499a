import { Flags } from '@oclif/core';
import type { LogRetention } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';

export default class LogsRetentionShow extends RigCommand {
  static override summary = 'Show how much of logs is kept, and how fast they may grow.';
  static override description =
    'What is set for an app goes before what is set for the platform, and that before the defaults. `rig logs retention set` changes it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --app shop',
  ];
  static override flags = {
    ...tableFlags,
    app: Flags.string({ char: 'a', description: 'What holds for the logs of this app.' }),
  };

  override async run(): Promise<LogRetention> {
    const { flags } = await this.parse(LogsRetentionShow);
    const { app } = flags;
    const { signal } = this;
    const retention =
      app === undefined
        ? await this.rig.call('getLogRetention', { signal })
        : await this.rig.call('getAppLogRetention', { params: { app }, signal });
    const { showRetention } = await import('../../../logic/show-retention.ts');
    showRetention(this.ui, retention);
    return retention;
  }
}
