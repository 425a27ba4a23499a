import type { CommandAccepted, CommandExit } from '@rig-ops/contract/channels';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { ExecParams } from '@rig-ops/contract/supervisor';
import type { Channel, OpenRequest } from '@rig-ops/wire';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitGroupEnd, signalGroup } from '../proc/process-group.ts';
import { type StartedProgram, spawnProgram } from '../proc/spawn-program.ts';
import { openPipes, type Pipes } from './open-pipes.ts';
import { OutputPump } from './output-pump.ts';
import { pumpInput } from './pump-input.ts';

/** A program whose user has gone gets SIGHUP, and SIGKILL after this. */
const HANGUP_MS = 5_000;

/** Marks what a session has started, in its environment. */
const SESSION_VARIABLE = 'RIG_SESSION';

/** A program that runs in a channel: three streams, signals, and how it ended. */
export class ExecSession {
  readonly #program: StartedProgram;
  readonly #channel: Channel;
  readonly #stdin: Writable;
  readonly #pumps: { stdout: OutputPump; stderr: OutputPump };
  #killAt = Number.POSITIVE_INFINITY;
  /** Settles when nothing of it is left. */
  readonly ended: Promise<void>;

  private constructor(program: StartedProgram, pipes: Pipes, channel: Channel) {
    this.#program = program;
    this.#channel = channel;
    const { stdin, stdout, stderr } = pipes;
    this.#stdin = stdin;
    this.#pumps = {
      stdout: new OutputPump(stdout, channel, ChannelStream.stdout),
      stderr: new OutputPump(stderr, channel, ChannelStream.stderr),
    };
    channel.onControl = (message) => this.#signal(message);
    const input = this.#feed(pipes);
    this.ended = Promise.all([this.#run(), this.#watchChannel(), input]).then(() => undefined);
  }

  /**
   * Starts the program and accepts the channel, or refuses it as `remote_not_started`; null then.
   * `folder` is where the pipes have their names for a moment.
   */
  static async open(
    request: OpenRequest,
    { argv, cwd, env, session }: ExecParams,
    { instance, folder }: { instance: string; folder: string },
  ): Promise<ExecSession | null> {
    const pipes = await openPipes(folder);
    const program = { argv, cwd, env: { ...env, [SESSION_VARIABLE]: session } };
    const started = await spawnProgram(program, pipes.fds).finally(() => pipes.closeFds());
    if ('startError' in started) {
      for (const stream of [pipes.stdin, pipes.stdout, pipes.stderr]) stream.destroy();
      pipes.lateReaders.close();
      const message = `The program could not be started: ${started.startError}`;
      request.refuse(toErrorDocument(new RigError('remote_not_started', message)));
      return null;
    }
    const accepted: CommandAccepted = { session, instance };
    return new ExecSession(started, pipes, request.accept(accepted));
  }

  /** Its user or its instance has gone. */
  hangUp(): void {
    if (this.#killAt !== Number.POSITIVE_INFINITY) return;
    this.#killAt = performance.now() + HANGUP_MS;
    signalGroup(this.#group, 'SIGHUP');
  }

  /** Ends it at once. */
  kill(): void {
    this.#killAt = 0;
    signalGroup(this.#group, 'SIGKILL');
  }

  get #group(): number {
    return this.#program.identity.pid;
  }

  async #feed({ stdin, lateReaders }: Pipes): Promise<void> {
    await pumpInput(this.#channel, ChannelStream.stdin, stdin);
    await lateReaders.release(this.#program.ended);
    lateReaders.close();
  }

  /** The outcome goes out behind the last byte; then what the program left running is ended. */
  async #run(): Promise<void> {
    const { exitCode, signal } = await this.#program.ended;
    // From here on the number of the group may become somebody else's, once the group is empty.
    this.#channel.onControl = () => undefined;
    await Promise.all([this.#pumps.stdout.finish(), this.#pumps.stderr.finish()]);
    const exit: CommandExit = {
      exitCode: exitCode ?? 255,
      signal,
      stdoutBytes: this.#pumps.stdout.bytes,
      stderrBytes: this.#pumps.stderr.bytes,
    };
    this.#channel.exit(exit);
    this.#channel.close();
    this.#stdin.destroy();
    this.hangUp();
    await awaitGroupEnd(this.#group, () => this.#killAt);
  }

  /** The other side may go at any time; nobody would read or stop the program then. */
  async #watchChannel(): Promise<void> {
    await this.#channel.closed;
    this.hangUp();
    const gone = this.#program.ended.then(() => true);
    const ended = await Promise.race([gone, sleep(HANGUP_MS, false, { ref: false })]);
    if (!ended) signalGroup(this.#group, 'SIGKILL');
  }

  #signal(message: unknown): void {
    const { type, signal } = (message ?? {}) as { type?: unknown; signal?: unknown };
    if (type !== 'signal' || typeof signal !== 'string' || !(signal in constants.signals)) return;
    signalGroup(this.#group, signal as NodeJS.Signals);
  }
}
