import { Flags } from '@oclif/core';
import type { App } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { styleAppStatus } from '../../logic/app-status.ts';

export default class AppsListCommand extends RigCommand {
  static override summary = 'List the apps.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'what does not run, by release',
      command: '<%= config.bin %> <%= command.id %> --filter status!=running --sort -release',
    },
    {
      description: 'in a script: the names',
      command: "<%= config.bin %> <%= command.id %> --query 'apps[].name'",
    },
  ];
  static override flags = {
    limit: Flags.integer({
      min: 1,
      max: 1000,
      default: 100,
      helpValue: 'N',
      description: 'At most so many.',
    }),
    cursor: Flags.string({ helpValue: 'CURSOR', description: 'The `nextCursor` of the page before.' }),
    ...tableFlags,
  };

  override async run(): Promise<{ apps: App[]; nextCursor: string | null }> {
    const { flags } = await this.parse(AppsListCommand);
    const query = { limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) };
    const page = await this.rig.call('listApps', { query, signal: this.signal });
    this.ui.table(
      page.apps.map((app) => ({
        name: app.name,
        status: styleAppStatus(this.ui, app.status),
        release: app.release === null ? '' : `v${app.release}`,
        network: app.network,
        url: app.url ?? '',
      })),
      [
        { key: 'name', header: 'APP' },
        { key: 'status', header: 'STATUS' },
        { key: 'release', header: 'RELEASE' },
        { key: 'network', header: 'NETWORK' },
        { key: 'url', header: 'URL' },
      ],
      { empty: 'There are no apps yet; `rig deploy` creates the first.' },
    );
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }
}
