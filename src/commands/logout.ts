import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class Logout extends RigCommand {
  static override description = [
    'Log out of a platform: revoke the token there, and remove it from this machine.',
    'The context stays, so that `rig login` finds the platform again. When the platform does not answer, the token is removed here all the same, and the exit code is 8.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> production',
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    name: Args.string({ description: 'Name of the context; the current one when left out.' }),
  };
  static override flags = {
    all: Flags.boolean({ description: 'Log out of every platform.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(Logout);
    const { logOut } = await import('../logic/login/log-out.ts');
    return await logOut(
      { rigHome: this.rigHome, env: this.env, ui: this.ui, signal: this.signal },
      flags.all ? 'all' : (args.name ?? this.chosenContext),
    );
  }
}
