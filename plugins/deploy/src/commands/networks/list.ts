import type { Network } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';

export default class NetworksListCommand extends RigCommand {
  static override summary = 'List the networks.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'in a script: those without apps',
      command: "<%= config.bin %> <%= command.id %> --query 'networks[?apps == `0`].name'",
    },
  ];
  static override flags = tableFlags;

  override async run(): Promise<{ networks: Network[]; nextCursor: string | null }> {
    await this.parse(NetworksListCommand);
    const page = await this.rig.call('listNetworks', { signal: this.signal });
    this.ui.table(
      page.networks.map(({ name, apps, engine, discovery, isolated, createdAt }) => ({
        name,
        apps,
        engine,
        discovery,
        isolated: isolated ? 'yes' : 'no',
        created: formatRelativeTime(createdAt),
        createdAt,
      })),
      [
        { key: 'name', header: 'NETWORK' },
        { key: 'apps', header: 'APPS', align: 'right' },
        { key: 'engine', header: 'ENGINE' },
        { key: 'discovery', header: 'DISCOVERY' },
        { key: 'isolated', header: 'ISOLATED' },
        { key: 'created', header: 'CREATED', sortBy: 'createdAt' },
      ],
      { empty: 'There is no network that you may see.' },
    );
    return page;
  }
}
