import { Args } from '@oclif/core';
import type { User } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class UsersEnableCommand extends RigCommand {
  static override summary = 'Take a disabled user again, with the tokens and roles it had.';
  static override examples = ['<%= config.bin %> <%= command.id %> bob'];
  static override args = {
    user: Args.string({ required: true, description: 'Name of the user.' }),
  };

  override async run(): Promise<User> {
    const { args } = await this.parse(UsersEnableCommand);
    const user = await this.rig.call('enableUser', { params: { user: args.user }, signal: this.signal });
    this.ui.print(`Enabled ${user.name}`);
    return user;
  }
}
