import { Args, Flags } from '@oclif/core';
import type { NewToken } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { parseLifetime } from '../../logic/parse-lifetime.ts';

export default class TokensCreateCommand extends RigCommand {
  static override summary = 'Make a token, which is shown this once.';
  static override description =
    'It may do what its user may do. The platform keeps only a hash of it. In CI, give it as RIG_TOKEN.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    {
      description: 'for a pipeline, for a year, into a file',
      command: '(umask 077; <%= config.bin %> <%= command.id %> deploys --user ci --expires 1y > token)',
    },
  ];
  static override args = {
    name: Args.string({ default: 'token', description: 'What it is for.' }),
  };
  static override flags = {
    user: Flags.string({
      default: 'me',
      helpValue: 'USER',
      description: 'For another user; takes an administrator.',
    }),
    expires: Flags.string({
      default: '90d',
      helpValue: 'TIME',
      description: 'How long it lasts, as 12h, 30d or 1y; never for no end.',
    }),
  };

  override async run(): Promise<NewToken> {
    const { args, flags } = await this.parse(TokensCreateCommand);
    const body = { name: args.name, expiresInSeconds: parseLifetime(flags.expires) };
    const token = await this.rig.call('createToken', {
      params: { user: flags.user },
      body,
      signal: this.signal,
    });
    const end = token.expiresAt === null ? 'does not end' : `ends ${token.expiresAt}`;
    this.ui.note(`Token ${token.id} of ${token.user} ${end}. It is not shown again.`);
    this.ui.print(token.token);
    return token;
  }
}
