import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';

export default class UsersRemoveCommand extends RigCommand {
  static override summary = 'Remove a user with its tokens and roles.';
  static override description = 'What it did stays in the audit log. To shut it out for a while, disable it.';
  static override examples = ['<%= config.bin %> <%= command.id %> bob --yes'];
  static override args = {
    user: Args.string({ required: true, description: 'Name of the user.' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  override async run(): Promise<{ removed: string }> {
    const { args, flags } = await this.parse(UsersRemoveCommand);
    const { signal, ui } = this;
    const params = { user: args.user };
    if (!flags.yes) {
      // Nobody should say yes to what is not there.
      const { name } = await this.rig.call('getUser', { params, signal });
      const sure = await ui.confirm(`Remove ${name} with all its tokens and roles?`);
      if (!sure) throw new RigError('interrupted', 'Nothing was removed.');
    }
    await this.rig.call('removeUser', { params, signal });
    ui.print(`Removed ${args.user}`);
    return { removed: args.user };
  }
}
