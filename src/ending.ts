import { constants } from 'node:os';
import { type ErrorDocument, isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { describeFailure, isChosenExit } from '@rig-ops/kit/failure';
import { isRecordStream } from '@rig-ops/kit/render';
import type { Run, RunHook } from './run.ts';

/** How long a command of rig may take to end in order after a signal. */
const GRACE_MS = 5000;
/** The same for a stranger's command that listens to the signal itself. */
const STRANGER_GRACE_MS = 2000;
/** A terminal and a parent process may both pass the same signal on; a person is slower. */
const SAME_SIGNAL_MS = 100;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Every way a run can end, brought to one outcome and one exit code: a result, a throw, `process.exit`,
 * a late throw, an unhandled rejection, a signal, a reader of stdout that went away, and a command that
 * just stops.
 */
export class Ending {
  readonly #run: Run;
  readonly #hooks: readonly RunHook[];
  readonly #exit = process.exit.bind(process);
  /** Whether an error that nobody caught has nothing to do with the command. */
  forgive: (error: unknown) => boolean = () => false;
  #working = false;
  #failing = false;
  #brokenPipe = false;
  #deferred: number | undefined;
  #interruptedAt = 0;

  constructor(run: Run, hooks: readonly RunHook[]) {
    this.#run = run;
    this.#hooks = hooks;
    process.on('uncaughtException', (error) => {
      if (!this.forgive(error)) void this.#fail(error);
    });
    process.on('beforeExit', () => {
      if (this.#working) void this.#fail(new Error('The command stopped before it had come to an end.'));
    });
    process.on('exit', (code) => {
      for (const hook of hooks) hook.onExit?.(run, code);
    });
    for (const signal of signals) process.on(signal, () => this.#interrupt(signal));
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#loseStdout(error));
    process.stderr.on('error', () => undefined);
    process.exit = (code) => this.#exitOnDemand(code);
  }

  /**
   * Runs the work to its end; what it throws becomes the failure of the run. After success a command of
   * rig is over, whatever it left behind; a stranger's process goes on until it has nothing left to do.
   */
  async reach(work: () => Promise<void>): Promise<void> {
    this.#working = true;
    try {
      await work();
      this.#working = false;
      const code = this.#successCode();
      if (this.#run.ownKind || this.#run.abandonsHook) await this.#leave(code);
      else process.exitCode = this.#deferred ?? code;
    } catch (error) {
      this.#working = false;
      await this.#fail(error);
    }
  }

  /** Renders a result. */
  async succeed(result: unknown): Promise<void> {
    const run = this.#run;
    const streams = isRecordStream(result);
    // Cut short by a signal, unless it had come to its result all the same.
    if (this.#wasCutShort() && (streams || result === undefined)) throw new Error('interrupted');
    const outlives = !run.ownKind && !run.abandonsHook && run.command !== undefined;
    if (outlives && run.invocation.machine && !streams) {
      // It may still throw, and there is one document to say it in.
      this.#working = false;
      await new Promise<void>((resolve) => process.once('beforeExit', () => resolve()));
      if (this.#failing) return;
    }
    for (const hook of this.#hooks) await hook.onResult?.(run, result);
    if (this.#wasCutShort() && streams) throw new Error('interrupted');
  }

  #successCode(): number {
    return this.#brokenPipe ? 0 : (this.#run.invocation.exitCode ?? Number(process.exitCode ?? 0));
  }

  async #fail(thrown: unknown): Promise<void> {
    const run = this.#run;
    if (this.#failing) return;
    this.#failing = true;
    this.#working = false;
    const document = this.#describe(thrown);
    if (document === undefined) {
      for (const hook of this.#hooks) await hook.onResult?.(run, undefined);
      await this.#leave(0);
      return;
    }
    run.failure = document;
    if (!this.#brokenPipe) for (const hook of this.#hooks) await hook.onFailure?.(run);
    if (run.invocation.env.RIG_DEBUG !== undefined && thrown instanceof Error) {
      run.invocation.streams.stderr.write(`${thrown.stack ?? ''}\n`);
    }
    await this.#leave(this.#brokenPipe ? 0 : document.exitCode);
  }

  #describe(thrown: unknown): ErrorDocument | undefined {
    const { interruptedBy, ownKind, command } = this.#run;
    if (interruptedBy !== undefined) return this.#describeInterruption(interruptedBy, thrown);
    this.#run.quiet = isChosenExit(thrown);
    const foreign = command !== undefined && !ownKind;
    return describeFailure(thrown, {
      commandId: command?.id.replaceAll(':', ' '),
      fallback: foreign ? 'command_failed' : 'unexpected',
    });
  }

  /** A command may say in its own words what an interruption left behind. */
  #describeInterruption(signal: NodeJS.Signals, thrown: unknown): ErrorDocument {
    const { abort } = this.#run;
    const own = isRigError(thrown) && thrown.code === 'interrupted' && thrown !== abort.signal.reason;
    this.#run.quiet = !own;
    const error = own ? thrown : new RigError('interrupted', `Interrupted by ${signal}.`);
    return { ...toErrorDocument(error), exitCode: signalExitCode(signal) };
  }

  #wasCutShort(): boolean {
    return this.#run.interruptedBy !== undefined || this.#brokenPipe;
  }

  #interrupt(signal: NodeJS.Signals): void {
    const run = this.#run;
    const taken = process.listenerCount(signal) > 1;
    if (taken && run.ownKind) return;
    if (run.interruptedBy !== undefined) {
      if (performance.now() - this.#interruptedAt > SAME_SIGNAL_MS) this.#exit(signalExitCode(signal));
      return;
    }
    run.interruptedBy = signal;
    this.#interruptedAt = performance.now();
    const reason = new RigError('interrupted', `Interrupted by ${signal}.`, { details: { signal } });
    run.abort.abort(reason);
    const grace = run.ownKind ? GRACE_MS : taken ? STRANGER_GRACE_MS : 0;
    if (grace === 0) void this.#fail(reason);
    else setTimeout(() => void this.#fail(reason), grace).unref();
  }

  /** `| head` has seen enough: no error, nothing to say, and no reason to go on. */
  #loseStdout(error: NodeJS.ErrnoException): void {
    const run = this.#run;
    run.stdout.complete = true;
    if (error.code !== 'EPIPE') throw error;
    if (this.#brokenPipe) return;
    this.#brokenPipe = true;
    if (!run.ownKind) this.#exit(0);
    run.abort.abort(new RigError('interrupted', 'Nobody reads the output any more.'));
    setTimeout(() => this.#exit(0), GRACE_MS).unref();
  }

  /** `process.exit`, as everybody in this process calls it. Does not cut what is being written. */
  #exitOnDemand(code?: number | string | null): never {
    const number = Number(code ?? process.exitCode ?? 0);
    if (!this.#run.stdout.busy) this.#exit(number);
    this.#deferred = number;
    // Whoever called does not expect to go on.
    throw Object.assign(new Error(`EEXIT: ${number}`), { code: 'EEXIT', oclif: { exit: number } });
  }

  async #leave(code: number): Promise<void> {
    await this.#run.stdout.write('');
    await new Promise<void>((resolve) => {
      process.stderr.write('', () => resolve());
    });
    this.#exit(this.#deferred ?? code);
  }
}

/** As shells report it: 128 and the number of the signal. */
function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
