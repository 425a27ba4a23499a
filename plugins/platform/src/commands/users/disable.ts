import { Args } from '@oclif/core';
import type { User } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class UsersDisableCommand extends RigCommand {
  static override summary = 'Refuse a user from now on, and end what it has open.';
  static override examples = ['<%= config.bin %> <%= command.id %> bob'];
  static override args = {
    user: Args.string({ required: true, description: 'Name of the user.' }),
  };

  override async run(): Promise<User> {
    const { args } = await this.parse(UsersDisableCommand);
    const user = await this.rig.call('disableUser', { params: { user: args.user }, signal: this.signal });
    this.ui.print(`Disabled ${user.name}`);
    return user;
  }
}
