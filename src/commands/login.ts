import { Args, Flags } from '@oclif/core';
import type { StoreChoice } from '@rig-ops/client/login';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { parseTokenFlag } from '../parse-token-flag.ts';

export default class Login extends RigCommand {
  static override description = [
    'Log in to a platform.',
    'Shows a code; somebody who is logged in to the platform already approves it, in a browser or with --approve. The platform then issues a token of its own for this machine, in the name of who approved.',
    'The platform becomes the one that commands talk to. Without URL, logs in to the current one again.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://rig.example.com',
    {
      description: 'Approve the code that another machine shows.',
      command: '<%= config.bin %> <%= command.id %> --approve WDJB-MJHT',
    },
    {
      description: 'In CI, with a token that was issued before.',
      command: '<%= config.bin %> <%= command.id %> https://rig.example.com --token - < token.txt',
    },
    {
      description: 'A platform whose certificate comes from an authority of your own.',
      command: '<%= config.bin %> <%= command.id %> https://rig.internal --ca authority.pem',
    },
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    url: Args.string({ description: 'Address of the platform.' }),
  };
  static override flags = {
    token: Flags.string({
      parse: parseTokenFlag,
      helpValue: '-',
      description: '"-": read a token from stdin instead of asking for approval.',
      exclusive: ['approve', 'deny'],
    }),
    name: Flags.string({
      description: 'Name of the context; made from the host of the platform when left out.',
      helpValue: 'NAME',
      exclusive: ['approve', 'deny'],
    }),
    ca: Flags.string({
      description: 'File with the authority that vouches for the platform (PEM); kept in the context.',
      helpValue: 'FILE',
      exclusive: ['approve', 'deny'],
    }),
    store: Flags.string({
      options: ['auto', 'keyring', 'file'],
      default: 'auto',
      env: 'RIG_CREDENTIAL_STORE',
      description: 'Where the token is kept: the keyring of the system, or a file only you can read.',
    }),
    approve: Flags.string({
      description: 'Approve the login that shows this code.',
      helpValue: 'CODE',
      exclusive: ['deny'],
    }),
    deny: Flags.string({ description: 'Refuse the login that shows this code.', helpValue: 'CODE' }),
    yes: Flags.boolean({ char: 'y', description: 'Approve without being asked.' }),
  };

  override async run() {
    const { args, flags } = await this.parse(Login);
    const code = flags.approve ?? flags.deny;
    if (code !== undefined) {
      await currentInvocation().authenticate('required');
      const { answerLogin } = await import('../logic/login/answer-login.ts');
      const approve = flags.approve !== undefined;
      return await answerLogin(this.rig, this.ui, { code, approve, yes: flags.yes, signal: this.signal });
    }
    const { logIn } = await import('../logic/login/log-in.ts');
    return await logIn(
      {
        rigHome: this.rigHome,
        env: this.env,
        cwd: this.cwd,
        chosenContext: this.chosenContext,
        ui: this.ui,
        stdin: this.streams.stdin,
        signal: this.signal,
      },
      {
        url: args.url,
        name: flags.name,
        ca: flags.ca,
        token: flags.token !== undefined,
        store: flags.store as StoreChoice,
      },
    );
  }
}
