import { Flags } from '@oclif/core';
import type { User } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { styleUserStatus } from '../../logic/show-user.ts';

export default class UsersListCommand extends RigCommand {
  static override summary = 'List users and service accounts.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = {
    ...tableFlags,
    limit: Flags.integer({
      min: 1,
      max: 1000,
      default: 100,
      helpValue: 'N',
      description: 'At most so many.',
    }),
    cursor: Flags.string({ helpValue: 'CURSOR', description: 'The `nextCursor` of the page before.' }),
  };

  override async run(): Promise<{ users: User[]; nextCursor: string | null }> {
    const { flags } = await this.parse(UsersListCommand);
    const query = { limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) };
    const page = await this.rig.call('listUsers', { query, signal: this.signal });
    this.ui.table(
      page.users.map((user) => ({
        name: user.name,
        kind: user.kind,
        status: styleUserStatus(this.ui, user),
        used: user.lastUsedAt === null ? '' : formatRelativeTime(user.lastUsedAt),
        lastUsedAt: user.lastUsedAt,
      })),
      [
        { key: 'name', header: 'USER' },
        { key: 'kind', header: 'KIND' },
        { key: 'status', header: 'STATUS' },
        { key: 'used', header: 'LAST TOKEN USE', sortBy: 'lastUsedAt' },
      ],
    );
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }
}
