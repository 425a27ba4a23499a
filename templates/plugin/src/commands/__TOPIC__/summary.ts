import { Args, Flags } from '@oclif/core';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { type AppSummary, summariseApps } from '../../logic/summarise-apps.ts';

export default class Summary extends RigCommand {
  static override summary = 'Count the apps of the platform by status.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> shop- --status running -o json',
  ];
  static override args = {
    prefix: Args.string({ description: 'Only apps whose name starts like this.' }),
  };
  static override flags = {
    status: Flags.string({ helpValue: 'STATUS', description: 'Only apps of this status.' }),
    ...tableFlags,
  };

  override async run(): Promise<AppSummary> {
    const { args, flags } = await this.parse(Summary);
    const { apps } = await this.rig.call('listApps', { query: { limit: 1000 }, signal: this.signal });
    const summary = summariseApps(apps, { prefix: args.prefix, status: flags.status });
    this.ui.table(summary.statuses, [
      { key: 'status', header: 'STATUS' },
      { key: 'apps', header: 'APPS', align: 'right' },
    ]);
    this.ui.note(`${summary.total} in all`);
    return summary;
  }
}
