import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { escapeFlag } from '../flags/escape.ts';
import { whereFlags } from '../flags/where.ts';
import type { LeftSession } from '../logic/begin-detached.ts';
import { startParams } from '../logic/start-params.ts';
import { parseEscape } from '../logic/terminal/parse-escape.ts';

export default class ShellCommand extends RigCommand {
  static override summary = 'Open a shell in an app, or in a network.';
  static override description =
    `The best shell of the app (bash, zsh, ash, sh), in its folder and with its environment, in a terminal like this one. With --network the shell stands beside the apps of a network: each is found under RIG_<APP>_URL, and none of their secrets are there. The exit code is that of the shell.

When the connection is lost, rig comes back by itself and goes on where it was. At the beginning of a line:
  ~.   end the session          ~d   leave it; it goes on (rig sessions attach)
  ~^Z  suspend rig              ~?   list the escapes          ~~   type ~

Should rig be killed (kill -9) while it has the terminal, \`rig reset\` sets it right.`;
  static override usage = ['shell [APP] [FLAGS]', 'shell --network NETWORK [FLAGS]'];
  static override examples = [
    { description: 'In the app of rig.toml', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'In an instance of its worker',
      command: '<%= config.bin %> <%= command.id %> shop --instance worker.1',
    },
    {
      description: 'In a fresh instance of an older release',
      command: '<%= config.bin %> <%= command.id %> shop --release v12 --new',
    },
    {
      description: 'Beside the apps of a network',
      command: '<%= config.bin %> <%= command.id %> --network staging',
    },
    {
      description: 'Without escapes, for a program that needs the tilde',
      command: '<%= config.bin %> <%= command.id %> shop -e none',
    },
  ];
  static override rigRawOutput = true;
  /** What is typed there may hold a secret. */
  static rigSecretFlags = ['env'];
  static override args = {
    app: Args.string({ description: 'The app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    ...whereFlags,
    network: Flags.string({
      description: 'In this network, beside its apps, instead of in one of them.',
      exclusive: ['app', 'process', 'instance', 'release', 'new'],
    }),
    detach: Flags.boolean({
      description: 'Begin it and leave it; `rig sessions attach` comes to it.',
    }),
    ...escapeFlag,
  };

  override async run(): Promise<LeftSession | undefined> {
    const { args, flags } = await this.parse(ShellCommand);
    const { network } = flags;
    if (network !== undefined && args.app !== undefined) {
      throw new RigError('usage', 'A shell is in an app or in a network, not in both.');
    }
    const escape = parseEscape(flags.escape);
    if (!flags.detach) this.#requireTerminal();
    const where = network === undefined ? { app: await this.appName(args.app, flags.app) } : { network };
    const params = { ...startParams(flags), ...where };
    if (flags.detach) {
      const { beginDetached } = await import('../logic/begin-detached.ts');
      return await beginDetached(this, (terminal) => ({ kind: 'shell', params: { ...params, terminal } }));
    }
    const { runInTerminal } = await import('../logic/run-in-terminal.ts');
    if (network !== undefined) {
      this.ui.note(`Where the apps of ${network} are: env | grep '^RIG_.*_URL='`);
    }
    await runInTerminal(this, {
      escape,
      waits: flags['wait-approval'],
      opening: (terminal) => ({ kind: 'shell', params: { ...params, terminal } }),
    });
    return undefined;
  }

  #requireTerminal(): void {
    if (this.ui.machine) {
      throw new RigError('usage', 'A shell has the terminal for itself; it gives no document.', {
        hint: 'Run one program with `rig command APP -o json -- PROGRAM`, or begin a shell with --detach.',
      });
    }
    if (this.streams.stdin.isTTY === true) return;
    throw new RigError('usage', 'A shell needs a terminal, and stdin is none.', {
      hint: 'For a script: rig command APP -- sh < script.sh',
    });
  }
}
