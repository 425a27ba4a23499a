import { Args, Flags } from '@oclif/core';
import { addContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';
import { readToken } from '../../read-token.ts';

export default class ContextAdd extends RigCommand {
  static override description = 'Remember a platform and the token for it.';
  static override examples = [
    {
      description: 'Take the token from a file; an argument would show in the list of processes.',
      command:
        '<%= config.bin %> <%= command.id %> production --url https://rig.example.com --token - < token.txt',
    },
  ];
  static override rigAuth = 'none' as const;
  static override args = { name: Args.string({ required: true, description: 'Name of the context.' }) };
  static override flags = {
    url: Flags.string({ required: true, description: 'Address of the platform.', helpValue: 'URL' }),
    token: Flags.string({
      required: true,
      options: ['-'],
      description: '"-": read the token from stdin.',
    }),
  };

  override async run() {
    const { args, flags } = await this.parse(ContextAdd);
    const token = await readToken(this.streams.stdin, this.ui, this.signal);
    await addContext(this.rigHome, { name: args.name, url: flags.url, token });
    this.ui.print(`Added the context ${args.name}. Use it with: rig context use ${args.name}`);
    return { context: { name: args.name, url: flags.url } };
  }
}
