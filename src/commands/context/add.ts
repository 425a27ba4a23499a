import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { addContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';
import { parseTokenFlag } from '../../parse-token-flag.ts';
import { readToken } from '../../read-token.ts';

export default class ContextAdd extends RigCommand {
  static override description =
    'Remember a platform and the token for it, without asking the platform; `rig login` checks it first.';
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
      parse: parseTokenFlag,
      helpValue: '-',
      description: '"-": read the token from stdin.',
    }),
    ca: Flags.string({
      description: 'File with the authority that vouches for the platform (PEM); kept in the context.',
      helpValue: 'FILE',
    }),
    store: Flags.string({
      options: ['auto', 'keyring', 'file'],
      default: 'auto',
      env: 'RIG_CREDENTIAL_STORE',
      description: 'Where the token is kept: the keyring of the system, or a file only you can read.',
    }),
  };

  override async run() {
    const { args, flags } = await this.parse(ContextAdd);
    const { chooseStorage, readAuthorityFile } = await import('@rig-ops/client/login');
    const ca =
      flags.ca === undefined ? undefined : await readAuthorityFile(resolve(this.cwd, flags.ca), '--ca');
    const token = await readToken(this.streams.stdin, this.ui, this.signal);
    const choice = flags.store as 'auto' | 'keyring' | 'file';
    const storage = chooseStorage({ env: this.env, attended: this.ui.interactive, choice });
    const added = await addContext(this.rigHome, { name: args.name, url: flags.url, token, ca }, storage);
    this.ui.print(`Added the context ${args.name}. Use it with: rig context use ${args.name}`);
    const credentials = added.keyring === undefined ? ('file' as const) : ('keyring' as const);
    return { context: { name: added.name, url: added.url, credentials } };
  }
}
