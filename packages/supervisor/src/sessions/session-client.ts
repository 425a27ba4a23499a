import {
  ChannelStream,
  type SessionExit,
  type SessionMode,
  type SessionNotice,
} from '@rig-ops/contract/channels';
import type { RigError } from '@rig-ops/contract/errors';
import type { SessionClientReport, SessionClientSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import { InputNotices } from './input-notices.ts';
import { OutputPump } from './output-pump.ts';
import type { SessionOutput } from './session-output.ts';
import type { SessionOutputs } from './session-outputs.ts';

/** What a client needs of its session. */
export interface ClientHost {
  /** Takes input; false when no more is wanted. Resolves when the program has it. */
  input(client: SessionClient, bytes: Uint8Array): Promise<boolean>;
  /** Bytes of it that were taken. */
  received(client: SessionClient): number;
  inputEnded(client: SessionClient): void;
  control(client: SessionClient, message: unknown): void;
  /** Its channel is over, and nobody here has ended it; with an error when that was not in order. */
  gone(client: SessionClient, error: RigError | undefined): void;
}

export interface ClientOptions {
  spec: SessionClientSpec;
  mode: SessionMode;
  channel: Channel;
  outputs: SessionOutputs;
  from: { stdout: number; stderr: number };
  /** What draws the screen of the terminal; null for none. */
  redraw: Uint8Array | null;
  host: ClientHost;
}

/** Somebody attached to a session, through one channel. */
export class SessionClient {
  readonly spec: SessionClientSpec;
  readonly channel: Channel;
  /** Settles when nothing of its input is to come any more; true when all of it, with its end, has reached the program. */
  readonly fed: Promise<boolean>;
  readonly #since = new Date().toISOString();
  readonly #host: ClientHost;
  readonly #pumps: OutputPump[];
  readonly #notices: InputNotices;
  #mode: SessionMode;
  /** Nothing is taken from its channel any more. */
  #cut = false;

  constructor({ spec, mode, channel, outputs, from, redraw, host }: ClientOptions) {
    this.spec = spec;
    this.channel = channel;
    this.#host = host;
    this.#mode = mode;
    const pump = (name: 'stdout' | 'stderr', output: SessionOutput) =>
      new OutputPump(output, {
        channel,
        stream: ChannelStream[name],
        from: from[name],
        holds: mode === 'write',
        preamble: name === 'stdout' ? redraw : null,
        onGap: (first, behind) => this.tell({ type: 'gap', stream: name, from: first, to: behind }),
      });
    this.#pumps = [pump('stdout', outputs.stdout)];
    if (outputs.stderr !== null) this.#pumps.push(pump('stderr', outputs.stderr));
    this.#notices = new InputNotices(() => this.tell({ type: 'input', received: this.#host.received(this) }));
    channel.onControl = (message) => {
      if (!this.#cut) host.control(this, message);
    };
    void this.#watch();
    this.fed = this.#feed();
  }

  get mode(): SessionMode {
    return this.#mode;
  }

  get report(): SessionClientReport {
    return { ...this.spec, mode: this.#mode, since: this.#since };
  }

  tell(notice: SessionNotice): void {
    this.channel.control(notice);
  }

  /** From now on it writes, or only watches. */
  turn(mode: SessionMode, by: string): void {
    if (this.#mode === mode) return;
    this.#mode = mode;
    for (const pump of this.#pumps) pump.holds = mode === 'write';
    this.tell({ type: 'mode', mode, by });
  }

  /** Takes nothing from it any more and sends nothing. The program still waits for one that held it, until {@link release}. */
  cut(): void {
    this.#cut = true;
    this.#notices.stop();
    for (const pump of this.#pumps) pump.stop();
  }

  /** The program does not wait for it any more. */
  release(): void {
    for (const pump of this.#pumps) pump.remove();
  }

  /** It is out, and the session goes on. What was sent reaches it. */
  leave(left: 'detached' | 'stolen'): void {
    this.cut();
    this.release();
    const exit: SessionExit = { left };
    this.channel.exit(exit);
    this.channel.close();
  }

  /** The program has ended: tells so behind its last byte. Resolves when the client has closed its channel; true when in order. */
  async finish(exit: SessionExit): Promise<boolean> {
    this.#notices.stop();
    await Promise.all(this.#pumps.map(async ({ done }) => await done));
    if (!this.#cut) this.channel.exit(exit);
    const error = await this.channel.closed;
    this.release();
    return error === undefined;
  }

  async #watch(): Promise<void> {
    const error = await this.channel.closed;
    if (this.#cut) return;
    this.cut();
    this.#host.gone(this, error);
  }

  async #feed(): Promise<boolean> {
    try {
      for await (const bytes of this.channel.read(ChannelStream.stdin)) {
        if (this.#cut) return false;
        const wanted = this.#host.input(this, bytes);
        this.#notices.took(bytes.length);
        // A program that reads no more has had all it takes.
        if (!(await wanted)) return true;
      }
      // Closed in order by this side, a stream ends as well.
      if (this.#cut) return false;
      this.#host.inputEnded(this);
      return true;
    } catch {
      // The channel is over before the end of the stream: that is not its end.
      return false;
    }
  }
}
