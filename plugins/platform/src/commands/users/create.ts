import { Args, Flags } from '@oclif/core';
import type { User } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { checkUserName } from '../../logic/check-user-name.ts';

export default class UsersCreateCommand extends RigCommand {
  static override summary = 'Create a user, or a service account for a program.';
  static override description =
    'A new user may do nothing: grant a role, and make a token or let the user log in.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bob',
    { description: 'for a pipeline', command: '<%= config.bin %> <%= command.id %> ci --service' },
  ];
  static override args = {
    user: Args.string({ required: true, description: 'Name of the user; an address will do.' }),
  };
  static override flags = {
    service: Flags.boolean({ description: 'A service account: it makes no tokens for itself.' }),
  };

  override async run(): Promise<User> {
    const { args, flags } = await this.parse(UsersCreateCommand);
    checkUserName(args.user);
    const body = { name: args.user, kind: flags.service ? 'service' : 'user' } as const;
    const user = await this.rig.call('createUser', { body, signal: this.signal });
    this.ui.print(`Created ${user.kind === 'service' ? 'service account' : 'user'} ${user.name}`);
    this.ui.note(
      `Next: \`rig access grant ${user.name} viewer platform\`, \`rig tokens create --user ${user.name}\``,
    );
    return user;
  }
}
