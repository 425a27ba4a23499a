import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CopyMessage } from '@rig-ops/archive';
import { ChannelStream } from '@rig-ops/contract/channels';
import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel, OpenRequest } from '@rig-ops/wire';
import { openPipes, type Pipes } from '../sessions/open-pipes.ts';
import type { PipeShelf } from '../sessions/pipe-shelf.ts';
import { awaitGroupEnd, signalGroup } from '../proc/process-group.ts';
import { type Program, type StartedProgram, spawnProgram } from '../proc/spawn-program.ts';

/** To stop behind what is being written, and to remove what has no name yet. */
const GRACE_MS = 5_000;

export interface CopySessionOptions {
  session: string;
  direction: 'in' | 'out';
  shelf: PipeShelf;
}

/** A program that copies on one side of a channel. */
export class CopySession {
  readonly #program: StartedProgram;
  readonly #channel: Channel;
  #killAt = Number.POSITIVE_INFINITY;
  /** Settles when nothing of it is left. */
  readonly ended: Promise<void>;

  private constructor(
    program: StartedProgram,
    pipes: Pipes,
    channel: Channel,
    direction: CopySessionOptions['direction'],
  ) {
    this.#program = program;
    this.#channel = channel;
    const outcome = this.#listen(pipes.stderr);
    const carried = direction === 'in' ? this.#feed(pipes.stdin) : this.#drain(pipes.stdout, pipes.stdin);
    this.ended = this.#run(outcome, carried, pipes);
    void channel.closed.then(() => this.end());
  }

  /** Starts the program and accepts the channel, or refuses it; null then. */
  static async open(
    request: OpenRequest,
    program: Program,
    { session, direction, shelf }: CopySessionOptions,
  ): Promise<CopySession | null> {
    const pipes = openPipes(await shelf.take());
    const started = await spawnProgram(program, pipes.fds).finally(() => pipes.closeFds());
    if ('startError' in started) {
      for (const stream of [pipes.stdin, pipes.stdout, pipes.stderr]) stream.destroy();
      pipes.lateReaders.close();
      const message = `The copy could not be started: ${started.startError}`;
      request.refuse(toErrorDocument(new RigError('remote_not_started', message)));
      return null;
    }
    return new CopySession(started, pipes, request.accept({ session }), direction);
  }

  /** Its user or its instance has gone. */
  end(): void {
    if (this.#killAt !== Number.POSITIVE_INFINITY) return;
    this.#killAt = performance.now() + GRACE_MS;
    signalGroup(this.#program.identity.pid, 'SIGTERM');
  }

  async #run(outcome: Promise<CopyMessage | null>, carried: Promise<void>, pipes: Pipes): Promise<void> {
    const group = this.#program.identity.pid;
    const { exitCode } = await this.#ended();
    const last = await outcome;
    if (last?.type === 'done') {
      await carried;
      const { type: _, ...exit } = last;
      this.#channel.exit(exit);
      this.#channel.close();
    } else {
      const wasEnded = this.#killAt !== Number.POSITIVE_INFINITY;
      this.#channel.close(last?.type === 'failed' && !wasEnded ? last.error : unexpected(exitCode));
    }
    pipes.stdin.destroy();
    pipes.stdout.destroy();
    pipes.lateReaders.close();
    await awaitGroupEnd(group, () => 0);
  }

  async #ended(): Promise<{ exitCode: number | null }> {
    for (;;) {
      const left = Math.min(60_000, Math.max(1, this.#killAt - performance.now()));
      const over = await Promise.race([this.#program.ended, sleep(left, null, { ref: false })]);
      if (over !== null) return over;
      if (performance.now() >= this.#killAt) signalGroup(this.#program.identity.pid, 'SIGKILL');
    }
  }

  /** What the program tells: the last of it is how it ended. */
  async #listen(stderr: Readable): Promise<CopyMessage | null> {
    let last: CopyMessage | null = null;
    for await (const line of createInterface({ input: stderr })) {
      const message = parse(line);
      if (message === null) continue;
      if (message.type === 'total' || message.type === 'progress') this.#channel.control(message);
      else last = message;
    }
    return last;
  }

  /** Without its end in order the program must not take what has come for all: it is ended then. */
  async #feed(stdin: Writable): Promise<void> {
    let open = true;
    const closed = new Promise<void>((resolve) => {
      stdin.once('close', () => {
        open = false;
        resolve();
      });
    });
    stdin.on('error', () => stdin.destroy());
    try {
      for await (const bytes of this.#channel.read(ChannelStream.stdin)) {
        if (!open) return;
        if (stdin.write(bytes)) continue;
        await Promise.race([new Promise<void>((resolve) => stdin.once('drain', resolve)), closed]);
      }
      stdin.end();
    } catch {
      this.end();
    }
  }

  async #drain(stdout: Readable, stdin: Writable): Promise<void> {
    stdin.destroy();
    try {
      for await (const bytes of stdout as AsyncIterable<Buffer>) {
        await this.#channel.write(ChannelStream.stdout, bytes);
      }
    } catch {
      // The channel is over, or the pipe was given up.
      this.end();
    }
  }
}

function parse(line: string): CopyMessage | null {
  try {
    return JSON.parse(line) as CopyMessage;
  } catch {
    // What Node itself has to say.
    return null;
  }
}

const unexpected = (exitCode: number | null): ErrorDocument =>
  toErrorDocument(
    new RigError('remote_target_gone', `The copy was ended in the app (exit code ${exitCode ?? 'unknown'}).`),
  );
