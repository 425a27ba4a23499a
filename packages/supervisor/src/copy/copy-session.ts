import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CopyMessage } from '@rig-ops/archive';
import { ChannelStream } from '@rig-ops/contract/channels';
import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { Channel, OpenRequest } from '@rig-ops/wire';
import { awaitGroupEnd } from '../proc/process-group.ts';
import type { Outcome, StartFailure } from '../proc/spawn-program.ts';
import type { SessionProgram } from '../sessions/program.ts';

/** To stop behind what is being written, and to remove what has no name yet. */
const GRACE_MS = 5_000;

/** A program that copies on one side of a channel. */
export class CopySession {
  readonly #program: SessionProgram;
  readonly #channel: Channel;
  #killAt = Number.POSITIVE_INFINITY;
  /** Settles when nothing of it is left. */
  readonly ended: Promise<void>;

  private constructor(program: SessionProgram, channel: Channel, direction: CopySpec['direction']) {
    this.#program = program;
    this.#channel = channel;
    const outcome = this.#listen(program.stderr ?? program.stdout);
    const carried = direction === 'in' ? this.#feed() : this.#drain();
    this.ended = this.#run(outcome, carried);
    void channel.closed.then(() => this.end());
  }

  /** Accepts the channel, or refuses it where the program was not started; null then. */
  static open(
    request: OpenRequest,
    program: SessionProgram | StartFailure,
    { session, direction }: Pick<CopySpec, 'session' | 'direction'>,
  ): CopySession | null {
    if ('startError' in program) {
      const message = `The copy could not be started: ${program.startError}`;
      request.refuse(toErrorDocument(new RigError('remote_not_started', message)));
      return null;
    }
    return new CopySession(program, request.accept({ session }), direction);
  }

  /** Its user or its instance has gone. */
  end(): void {
    if (this.#killAt !== Number.POSITIVE_INFINITY) return;
    this.#killAt = performance.now() + GRACE_MS;
    this.#program.signal('SIGTERM');
  }

  async #run(outcome: Promise<CopyMessage | null>, carried: Promise<void>): Promise<void> {
    const { pid } = this.#program.identity;
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
    this.#program.close();
    // One in a container has no number here.
    if (pid > 0) await awaitGroupEnd(pid, () => 0);
  }

  async #ended(): Promise<Outcome> {
    for (;;) {
      const left = Math.min(60_000, Math.max(1, this.#killAt - performance.now()));
      const over = await Promise.race([this.#program.ended, sleep(left, null, { ref: false })]);
      if (over !== null) return over;
      if (performance.now() >= this.#killAt) this.#program.signal('SIGKILL');
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
  async #feed(): Promise<void> {
    try {
      for await (const bytes of this.#channel.read(ChannelStream.stdin)) {
        if (!(await this.#program.write(bytes))) return;
      }
      this.#program.endInput();
    } catch {
      this.end();
    }
  }

  async #drain(): Promise<void> {
    this.#program.endInput();
    try {
      for await (const bytes of this.#program.stdout as AsyncIterable<Buffer>) {
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
