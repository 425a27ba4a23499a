import { Args } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';

export default class TokensRevokeCommand extends RigCommand {
  static override summary = 'Refuse a token from now on, and end what is open with it.';
  static override examples = ['<%= config.bin %> <%= command.id %> tok_3f9k0c2m7x1q8z'];
  static override args = {
    token: Args.string({ required: true, description: 'Id of the token, as `rig tokens list` shows it.' }),
  };

  override async run(): Promise<{ revoked: string }> {
    const { args } = await this.parse(TokensRevokeCommand);
    await this.rig.call('revokeToken', { params: { token: args.token }, signal: this.signal });
    this.ui.print(`Revoked ${args.token}`);
    return { revoked: args.token };
  }
}
