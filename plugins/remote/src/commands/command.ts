import { Args } from '@oclif/core';
import { findAppName, RigCommand } from '@rig-ops/kit';
import { commandFlags } from '../flags/command.ts';
import type { LeftSession } from '../logic/begin-detached.ts';
import { parseTimeSpan } from '../logic/parse-time-span.ts';
import type { RunRecord } from '../logic/run-record.ts';
import type { SingleResult } from '../logic/single.ts';
import { chooseProgram, missingProgram, refuseProgram, splitArgv } from '../logic/split-argv.ts';
import { startParams } from '../logic/start-params.ts';

export default class RunCommand extends RigCommand {
  static override summary = 'Run a program in an app and take its exit code.';
  static override description =
    `The program runs beside a running instance of the app, in its folder and with its environment. Everything behind \`--\` goes to it unchanged, without a shell; --shell runs a text with the app's sh instead. Its exit code becomes that of rig. Failures of rig itself have a code on stderr and exit codes 251 to 255 once the program runs.

In several instances at once (--all, --instances) each line of output stands behind the name of its instance; -o json gives a record for each. --batch reads commands from stdin, as {"id": "a", "app": "shop", "argv": ["ls", "-l"]}, one a line, and runs them over one connection. The exit code of several is 0 when all of them gave 0, else the one that all of those that failed share, else 1.

The program gets a terminal when asked for (-t), and by itself where stdin, stdout and stderr are all one; never with -T, -o json, --no-stdin, TERM=dumb or in several instances. Then keys go to it as they are, and the escapes of \`rig shell\` count (~. ends it, ~d leaves it). Without one, stdin, stdout and stderr pass byte for byte and apart; Ctrl-C goes to the program as a signal, and a second one ends the session.

When the connection is lost, rig comes back by itself: nothing of the streams is lost or repeated.`;
  static override usage = [
    'command [APP] [FLAGS] -- PROGRAM [ARGUMENT...]',
    'command [APP] [FLAGS] --shell TEXT',
    'command [APP] [FLAGS] --batch < COMMANDS',
  ];
  static override examples = [
    {
      description: 'Run a program in the app of rig.toml',
      command: '<%= config.bin %> command -- node --version',
    },
    {
      description: 'Use a shell for its syntax',
      command: `<%= config.bin %> command hello --shell 'ls | wc -l'`,
    },
    {
      description: 'Copy a file out',
      command: '<%= config.bin %> command hello -- cat report.pdf > report.pdf',
    },
    {
      description: 'Keep stdout exact where all is a terminal: without one for the program',
      command: '<%= config.bin %> command hello -T -- cat notes.txt',
    },
    {
      description: 'Choose the instance, and give it a minute',
      command: '<%= config.bin %> command hello --instance worker.1 --timeout 1m -- ps',
    },
    {
      description: 'Start it in a fresh instance and leave it; rig sessions attach comes back',
      command: '<%= config.bin %> command hello --new --detach -- node migrate.js',
    },
    {
      description: 'In every instance, three at a time, until one fails',
      command: '<%= config.bin %> command hello --all --concurrency 3 --fail-fast -- node --version',
    },
    {
      description: 'Which instances answer what',
      command: `<%= config.bin %> command hello --instances 'web.*' -o json --query '[instance, stdout]' -- hostname`,
    },
    {
      description: 'Many commands over one connection',
      command: `echo '{"argv": ["node", "--version"]}' | <%= config.bin %> command hello --batch`,
    },
  ];
  static override rigRawOutput = true;
  /** What is typed there may hold a secret, as what stands behind `--` may. */
  static rigSecretFlags = ['shell', 'env'];
  static override args = {
    app: Args.string({ description: 'The app; that of rig.toml when absent.' }),
  };
  static override flags = commandFlags;

  async run(): Promise<SingleResult | LeftSession | AsyncIterable<RunRecord> | undefined> {
    const { own, program } = splitArgv(this.argv);
    if (program.length === 0 && !own.some((word) => /^--(shell|batch)\b/.test(word))) throw missingProgram();
    const { args, flags } = await this.parse(RunCommand, own);
    const start = {
      ...startParams(flags),
      ...(flags.timeout !== undefined && { timeoutMs: parseTimeSpan(flags.timeout, '--timeout') }),
    };
    const pace = { concurrency: flags.concurrency, failFast: flags['fail-fast'] };
    if (flags.batch) {
      refuseProgram(program);
      const isGiven = (args.app ?? flags.app) !== undefined;
      // A line may name its own.
      const app = isGiven ? await this.appName(args.app, flags.app) : (await findAppName(this.cwd))?.name;
      const { runBatch } = await import('../logic/batch.ts');
      return runBatch(this, { ...pace, defaults: { ...start, ...(app !== undefined && { app }) } });
    }
    const argv = chooseProgram(program, flags.shell);
    const app = await this.appName(args.app, flags.app);
    const params = { ...start, app, argv };
    const { escape } = flags;
    if (flags.detach) {
      const { runDetached } = await import('../logic/detached.ts');
      return await runDetached(this, { params, stdin: flags.stdin });
    }
    if (!flags.all && flags.instances === undefined) {
      const { ui, streams, env } = this;
      const wish = { asked: flags.tty, refused: flags['no-tty'], machine: ui.machine, stdin: flags.stdin };
      const { choosesTerminal } = await import('../logic/terminal/choose-terminal.ts');
      if (choosesTerminal({ ...wish, streams, env })) {
        const { parseEscape } = await import('../logic/terminal/parse-escape.ts');
        const { runInTerminal } = await import('../logic/run-in-terminal.ts');
        await runInTerminal(this, {
          escape: parseEscape(escape),
          waits: flags['wait-approval'],
          opening: (terminal) => ({ kind: 'command', params: { ...params, terminal } }),
        });
        return undefined;
      }
      const { runSingle } = await import('../logic/single.ts');
      return await runSingle(this, { params, stdin: flags.stdin, waits: flags['wait-approval'] });
    }
    const { runFanOut } = await import('../logic/fan-out.ts');
    const { release, ...rest } = params;
    const { process } = flags;
    return await runFanOut(this, {
      ...pace,
      params: rest,
      choice: { patterns: flags.instances, process, release },
      stdin: flags.stdin,
    });
  }
}
