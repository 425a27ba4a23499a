import { Args } from '@oclif/core';
import type { UserDetails } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { showBindings } from '../../logic/show-bindings.ts';
import { styleUserStatus } from '../../logic/show-user.ts';

export default class UsersInfoCommand extends RigCommand {
  static override summary = 'Show a user with its roles.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bob',
    '<%= config.bin %> <%= command.id %>',
  ];
  static override args = {
    user: Args.string({ default: 'me', description: 'Name of the user; yourself when left out.' }),
  };

  override async run(): Promise<UserDetails> {
    const { args } = await this.parse(UsersInfoCommand);
    const user = await this.rig.call('getUser', { params: { user: args.user }, signal: this.signal });
    const { ui } = this;
    const used = user.lastUsedAt === null ? 'never' : formatRelativeTime(user.lastUsedAt);
    ui.print(`${ui.style('strong', user.name)}  ${user.kind}, ${styleUserStatus(ui, user)}`);
    ui.print(`created ${formatRelativeTime(user.createdAt)} by ${user.createdBy}; last token use ${used}`);
    if (user.bindings.length === 0) ui.print('no roles');
    else showBindings(ui, user.bindings);
    return user;
  }
}
