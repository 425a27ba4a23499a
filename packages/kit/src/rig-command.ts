import { Command, Config, type Interfaces } from '@oclif/core';
import type { RigClient } from '@rig-ops/client';
import type { PlatformEntries } from '@rig-ops/client/embedded';
import { RigError } from '@rig-ops/contract/errors';
import { currentInvocation, type Invocation, type StandardStreams } from './invocation.ts';
import { readTableView } from './table-flags.ts';
import { TerminalUi, type Ui } from './ui.ts';
import { toUsageError } from './usage-error.ts';

/** What the core reads from a command class before and after it runs. */
export interface RigCommandClass {
  readonly rigAuth: 'required' | 'optional' | 'none';
  readonly rigRawOutput: boolean;
  /**
   * Names of flags whose values the client's audit file must not hold. Names that say so themselves
   * (`--token`, `--api-key`) need not be listed. Any oclif command may have it, not only one made with the kit.
   */
  readonly rigSecretFlags?: readonly string[];
  /** Whether its arguments may be secrets, so that the file must not hold them either; any oclif command may say so. */
  readonly rigSecretArgs?: boolean;
}

/** What oclif's `Command.run` calls: `init`, `run`, `catch` and `finally` of one command. */
const execute = '_run';

/** Whether a command class is one of rig's own kind, from this copy of the package or another. */
export function isRigCommandClass(value: unknown): value is RigCommandClass {
  return typeof value === 'function' && 'rigAuth' in value && 'rigRawOutput' in value;
}

/**
 * The base of every command of rig: `run()` parses, calls `logic/`, shows text with `this.ui`, and
 * returns its result, an object or an `AsyncIterable` of records. The core renders it.
 */
export abstract class RigCommand extends Command {
  /**
   * Whether it talks to a platform. `required` starts the embedded one where none is configured;
   * `optional` takes one that runs. Both come into effect once the arguments were parsed.
   */
  static rigAuth: 'required' | 'optional' | 'none' = 'required';
  /** Whether its stdout belongs to a program or file it passes on; RIG_OUTPUT does not apply to it then. */
  static rigRawOutput = false;

  readonly #invocation: Invocation;
  readonly #ui: TerminalUi;

  /** oclif's own loads the whole configuration a second time, even where this one is of its making. */
  static override async run<T extends Command>(
    this: new (
      argv: string[],
      config: Config,
    ) => T,
    argv?: string[],
    options?: Interfaces.LoadOptions,
  ): Promise<ReturnType<T['run']>> {
    const ready = options instanceof Config && (this as { id?: string }).id !== undefined;
    if (!ready) return await super.run<T>(argv, options);
    const command = new this(argv ?? process.argv.slice(2), options);
    return await (command as unknown as Record<typeof execute, () => Promise<ReturnType<T['run']>>>)[
      execute
    ]();
  }

  constructor(argv: string[], config: ConstructorParameters<typeof Command>[1]) {
    super(argv, config);
    this.#invocation = currentInvocation();
    this.#ui = new TerminalUi(this.#invocation);
    this.#invocation.renderRecord = (record) => this.renderRecord(record);
  }

  /** The client of the platform. Throws where none is to be had; `parse()` comes first. */
  get rig(): RigClient {
    const { client } = this.#invocation;
    if (client === undefined) {
      throw new RigError('not_authenticated', 'This command was not connected to a platform.');
    }
    return client;
  }

  /** Whether {@link RigCommand.rig} is there; for commands whose `rigAuth` is `optional`. */
  get hasRig(): boolean {
    return this.#invocation.client !== undefined;
  }

  get ui(): Ui {
    return this.#ui;
  }

  /**
   * Aborted on Ctrl-C, SIGTERM, and when nobody reads stdout any more. A command that listens to a
   * signal of the process itself takes that signal over: it aborts nothing then, and the command ends
   * with the exit code it sets.
   */
  get signal(): AbortSignal {
    return this.#invocation.signal;
  }

  get rigHome(): string {
    return this.#invocation.rigHome;
  }

  /** Folder the command was called in. */
  get cwd(): string {
    return this.#invocation.cwd;
  }

  get env(): Readonly<Record<string, string | undefined>> {
    return this.#invocation.env;
  }

  /** Where raw bytes go; a test reads them here. Text goes through {@link RigCommand.ui}. */
  get streams(): StandardStreams {
    return this.#invocation.streams;
  }

  /** Paths of the platform's programs, for whoever starts it. */
  get platformEntries(): PlatformEntries {
    return this.#invocation.platformEntries;
  }

  /** Arguments Node needs before one of {@link RigCommand.platformEntries}. */
  get nodeArguments(): string[] {
    return this.#invocation.nodeArguments;
  }

  /** The context asked for with --context or RIG_CONTEXT; undefined for the current one. */
  get chosenContext(): string | undefined {
    return this.#invocation.chosenContext;
  }

  /** Id of this run, which the platform's audit events carry. */
  get invocationId(): string {
    return this.#invocation.id;
  }

  /**
   * The app a command is about: the one given in its place or with {@link appFlag}, else `app` of the
   * `rig.toml` in or above the current folder. Throws `app_required`, with the apps there are, when there is
   * neither, and `usage` when two different ones are given.
   */
  async appName(given: string | undefined, flag?: string): Promise<string> {
    if (given !== undefined && flag !== undefined && given !== flag)
      throw new RigError('usage', `The app is given twice: ${given} and --app ${flag}.`);
    if (given !== undefined) return given;
    if (flag !== undefined) return flag;
    const { findAppName } = await import('./app-name.ts');
    const named = await findAppName(this.cwd);
    if (named !== null) return named.name;
    const { refuseWithoutApp } = await import('./app-required.ts');
    return await refuseWithoutApp(this.#invocation.client);
  }

  /** The command succeeds with its result, and with this exit code. */
  setExitCode(code: number): void {
    this.#invocation.exitCode = code;
  }

  /**
   * How one record of a returned stream looks as text: a line without its newline, bytes to be written
   * as they are, or nothing.
   */
  renderRecord(record: object): string | Uint8Array | undefined {
    return JSON.stringify(record);
  }

  abstract override run(): Promise<object | AsyncIterable<object> | void>;

  /** What this run takes; a command may make do with less for some of its flags. */
  protected authOf(_flags: object): RigCommandClass['rigAuth'] {
    return (this.constructor as unknown as RigCommandClass).rigAuth;
  }

  /** Parses, and then connects: a mistyped flag starts no platform. */
  protected override async parse<
    F extends Interfaces.OutputFlags<F>,
    B extends Interfaces.OutputFlags<B>,
    A extends Interfaces.OutputArgs<A>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const input = options ?? (this.constructor as unknown as Interfaces.Input<F, B, A>);
    // A missing argument is missing: oclif would wait for it on stdin.
    for (const arg of Object.values(input.args ?? {}))
      (arg as { ignoreStdin?: boolean }).ignoreStdin ??= true;
    const parsed = await super.parse<F, B, A>(input, argv).catch((error: unknown) => {
      throw toUsageError(error);
    });
    const view = readTableView(input.flags, parsed.flags, this.#invocation.machine);
    if (view !== undefined) this.#ui.tableView = view;
    const need = this.authOf(parsed.flags);
    if (need !== 'none') await this.#invocation.authenticate(need);
    return parsed;
  }

  /** oclif's own sets exit codes and prints; the core does both. */
  protected override async catch(error: unknown): Promise<never> {
    throw error;
  }
}
