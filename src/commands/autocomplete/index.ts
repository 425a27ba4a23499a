import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { readScript, shells } from '../../completion/read-script.ts';
import { writeIndex } from '../../completion/write-cache.ts';
import { rigHooks } from '../../hooks/index.ts';

export default class Autocomplete extends RigCommand {
  static override summary = 'Print the script that completes rig in a shell.';
  static override description =
    'Tab then completes commands, flags and their values, and the names of apps, networks, releases, instances and contexts. Names come from a cache that is brought up to date in the background; completion never waits for a platform and never starts one.';
  static override examples = [
    {
      description: 'How to set it up for your shell.',
      command: '<%= config.bin %> <%= command.id %> --install',
    },
    {
      description: 'In this bash alone.',
      command: 'source <(<%= config.bin %> <%= command.id %> bash)',
    },
  ];
  static override rigAuth = 'none' as const;
  static override rigRawOutput = true;
  static override args = {
    shell: Args.string({ options: shells, description: 'The shell; that of $SHELL when absent.' }),
  };
  static override flags = {
    install: Flags.boolean({ description: 'Print what to type to have it in every new shell.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(Autocomplete);
    const shell = args.shell ?? this.env.SHELL?.split('/').at(-1) ?? '';
    if (!shells.includes(shell)) {
      throw new RigError('usage', `There is no completion for the shell "${shell}".`, {
        hint: `Name one of: ${shells.join(', ')}.`,
      });
    }
    // So that the first press of Tab finds something.
    const globals = rigHooks.flatMap(({ flags: given }) => given);
    await writeIndex(this.config, globals, { rigHome: this.rigHome, env: this.env });
    const { script, instructions } = await readScript(this.config.root, shell);
    this.ui.print(flags.install ? instructions : script.trimEnd());
    return { shell, script, instructions };
  }
}
