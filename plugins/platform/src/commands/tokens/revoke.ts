import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class TokensRevokeCommand extends RigCommand {
  static override summary = 'Refuse a token from now on, or log a browser out, and end what is open with it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> tok_3f9k0c2m7x1q8z',
    {
      description: 'A browser of somebody else',
      command: '<%= config.bin %> <%= command.id %> brs_3f9k0c2m7x1q8z --user ann',
    },
  ];
  static override args = {
    token: Args.string({
      required: true,
      description: 'Id of the token or browser, as `rig tokens list` shows it.',
    }),
  };
  static override flags = {
    user: Flags.string({
      default: 'me',
      helpValue: 'USER',
      description: 'Whose browser it is; a token says so itself.',
    }),
  };

  override async run(): Promise<{ revoked: string }> {
    const { args, flags } = await this.parse(TokensRevokeCommand);
    const { signal } = this;
    if (args.token.startsWith('brs_')) {
      const params = { user: flags.user, browser: args.token };
      await this.rig.call('endBrowserSession', { params, signal });
    } else {
      await this.rig.call('revokeToken', { params: { token: args.token }, signal });
    }
    this.ui.print(`Revoked ${args.token}`);
    return { revoked: args.token };
  }
}
