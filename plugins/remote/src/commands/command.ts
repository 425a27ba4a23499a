import { Args, Flags } from '@oclif/core';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { CapturingSink, StreamSink } from '../logic/byte-sink.ts';
import { describeOutput } from '../logic/describe-output.ts';
import { runProgram } from '../logic/run-program.ts';
import { splitArgv } from '../logic/split-argv.ts';

/** What `-o json` keeps of each output stream. */
const CAPTURE_BYTES = 16 * 1024 * 1024;

export interface CommandResult {
  /** Id of the session, as the audit log names it. */
  session: string;
  /** Where it ran, as `web.1`. */
  instance: string;
  /** 128 + n when signal n ended it. */
  exitCode: number;
  signal: string | null;
  /** At most 16 MiB; base64 where `stdoutEncoding` says so. */
  stdout: string;
  stdoutEncoding: 'utf-8' | 'base64';
  /** All bytes there were, also those not kept. */
  stdoutBytes: number;
  stdoutTruncated: boolean;
  stderr: string;
  stderrEncoding: 'utf-8' | 'base64';
  stderrBytes: number;
  stderrTruncated: boolean;
}

export default class RunCommand extends RigCommand {
  static override summary = 'Run a program in an app and take its exit code.';
  static override description =
    `The program runs beside a running instance of the app, in its folder and with its environment. Everything behind \`--\` goes to it unchanged, without a shell. stdin, stdout and stderr pass byte for byte (stdin of a terminal line by line); its exit code becomes that of rig. Failures of rig itself have a code on stderr and exit codes 251 to 255 once the program runs.

Ctrl-C goes to the program; a second one ends the session.`;
  static override usage =
    'command [APP] [--process NAME | --instance NAME] [--no-stdin] -- PROGRAM [ARGUMENT...]';
  static override examples = [
    {
      description: 'Run a program in the app of rig.toml',
      command: '<%= config.bin %> command -- node --version',
    },
    {
      description: 'Use a shell for its syntax',
      command: '<%= config.bin %> command hello -- sh -c "ls | wc -l"',
    },
    {
      description: 'Copy a file out',
      command: '<%= config.bin %> command hello -- cat report.pdf > report.pdf',
    },
    {
      description: 'Choose the instance',
      command: '<%= config.bin %> command hello --instance worker.1 -- ps',
    },
  ];
  static override rigRawOutput = true;
  static override args = {
    app: Args.string({ description: 'The app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    process: Flags.string({ char: 'p', description: 'In the first running instance of this process.' }),
    instance: Flags.string({
      char: 'i',
      description: 'In this instance, as web.1.',
      exclusive: ['process'],
    }),
    stdin: Flags.boolean({
      description: 'Pass stdin on; --no-stdin gives the program an empty one.',
      default: true,
      allowNo: true,
    }),
  };

  async run(): Promise<CommandResult | undefined> {
    const { own, program } = splitArgv(this.argv);
    const { args, flags } = await this.parse(RunCommand, own);
    const app = await this.appName(args.app, flags.app);
    const { stdin, stdout, stderr } = this.streams;
    const captured = this.ui.machine
      ? { stdout: new CapturingSink(CAPTURE_BYTES), stderr: new CapturingSink(CAPTURE_BYTES) }
      : undefined;
    const outcome = await runProgram(await this.rig.connect(), {
      params: {
        app,
        argv: program,
        ...(flags.process === undefined ? {} : { process: flags.process }),
        ...(flags.instance === undefined ? {} : { instance: flags.instance }),
      },
      stdin: flags.stdin ? stdin : null,
      stdout: captured?.stdout ?? new StreamSink(stdout),
      stderr: captured?.stderr ?? new StreamSink(stderr),
      signals: process,
      signal: this.signal,
    });
    this.setExitCode(outcome.exitCode);
    if (captured === undefined) return undefined;
    const out = describeOutput(captured.stdout);
    const err = describeOutput(captured.stderr);
    return {
      session: outcome.session,
      instance: outcome.instance,
      exitCode: outcome.exitCode,
      signal: outcome.signal,
      stdout: out.data,
      stdoutEncoding: out.encoding,
      stdoutBytes: outcome.stdoutBytes,
      stdoutTruncated: out.truncated,
      stderr: err.data,
      stderrEncoding: err.encoding,
      stderrBytes: outcome.stderrBytes,
      stderrTruncated: err.truncated,
    };
  }
}
