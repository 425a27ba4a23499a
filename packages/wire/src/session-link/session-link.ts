import type {
  AttachParams,
  CommandParams,
  SessionAccepted,
  SessionControl,
  SessionNotice,
  ShellParams,
  Terminal,
} from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel } from '../channel.ts';
import type { Connection } from '../connection.ts';
import type { ByteSink } from './byte-sink.ts';
import { comeBack } from './come-back.ts';
import { InputBuffer } from './input-buffer.ts';
import { isLoss } from './is-loss.ts';
import { orAborted } from './or-aborted.ts';
import { type Gap, OutputPosition } from './output-position.ts';
import { toSessionError } from './session-error.ts';
import { readAccepted, readExit, readNotice, requireBytes, type SessionEnded } from './session-messages.ts';
import { sessionStreams as streams } from './session-streams.ts';

/** What a session is opened as, or come to. */
export type SessionOpening =
  | { kind: 'shell'; params: ShellParams }
  | { kind: 'command'; params: CommandParams }
  | { kind: 'attach'; params: AttachParams };

/** What is needed of a connection. */
export type SessionConnection = Pick<Connection, 'open'>;

/** `lost`: it tries to come back, for so many seconds. `back`: it has. */
export type LinkStatus = { state: 'lost'; seconds: number } | { state: 'back' };

export interface SessionLinkOptions {
  /** Gives a connection that lives, for a channel of this kind. */
  connect: (opening: SessionOpening) => Promise<SessionConnection>;
  opening: SessionOpening;
  stdout: ByteSink;
  /** Absent for a terminal, which has none. */
  stderr?: ByteSink;
  /** Size and kind of the terminal as it is now, for coming back; absent where there is none. */
  terminal?: () => Terminal;
  /** The platform does not let it begin: resolves when it is worth another try. Rejects with what refused it. */
  onRefused?: (error: unknown) => Promise<void>;
  onNotice?: (notice: SessionNotice) => void;
  onStatus?: (status: LinkStatus) => void;
  /** Ends the session, as {@link SessionLink.close} does. */
  signal?: AbortSignal;
}

/** How it ended for this client. */
export type LinkOutcome = SessionEnded | { left: 'detached' | 'stolen' };

/** A channel and its readers, which were there before ACCEPT so that credit travels with OPEN. */
interface Attachment {
  channel: Channel;
  stdout: AsyncIterable<Uint8Array>;
  stderr: AsyncIterable<Uint8Array>;
}

/**
 * One session as a client sees it, over as many connections as it takes: what is written reaches the program
 * once, what it writes reaches the sinks once and in order. When a channel is lost it comes back by itself
 * within the time the platform waits.
 */
export class SessionLink {
  readonly #options: SessionLinkOptions;
  readonly #input = new InputBuffer();
  readonly #positions = { stdout: new OutputPosition(), stderr: new OutputPosition() };
  /** The sinks' last work: of a channel that was lost it may still go on when the next one brings more. */
  readonly #taking = { stdout: Promise.resolve(), stderr: Promise.resolve() };
  readonly #accepted = Promise.withResolvers<SessionAccepted>();
  readonly #ending = new AbortController();
  #channel: Channel | null = null;
  #current: SessionAccepted | undefined;
  #inputEnded = false;
  /** Messages for the program while there is no channel. */
  readonly #unsent: SessionControl[] = [];
  /** Settles when the session is over for this client and its last byte was taken. Rejects with a RigError. */
  readonly outcome: Promise<LinkOutcome>;

  constructor(options: SessionLinkOptions) {
    this.#options = options;
    this.#accepted.promise.catch(() => undefined);
    const { signal } = options;
    const stop = () => this.close(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    this.outcome = this.#run().finally(() => {
      signal?.removeEventListener('abort', stop);
      this.#input.release();
    });
    this.outcome.catch((error: unknown) => this.#accepted.reject(error));
  }

  /** What the platform said when the session began. Rejects with what refused it. */
  get accepted(): Promise<SessionAccepted> {
    return this.#accepted.promise;
  }

  /** Sends to the program. @returns when more can be taken */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#inputEnded || this.#ending.signal.aborted) return;
    this.#input.push(bytes);
    this.#send(bytes);
    await this.#input.room();
  }

  /** The program reads the end of its stdin behind what was written. */
  end(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    if (this.#current !== undefined) this.#channel?.end(streams.stdin);
  }

  /** Sent once the session is there, also when it has to be found again first. */
  control(message: SessionControl): void {
    if (this.#channel !== null && this.#current !== undefined) this.#channel.control(message);
    else this.#unsent.push(message);
  }

  /** Ends the session (one that others write in is only left), with what its user is told. */
  close(reason: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(reason);
    this.#channel?.close(toErrorDocument(reason));
  }

  async #run(): Promise<LinkOutcome> {
    const { signal } = this.#ending;
    let { attachment, accepted } = await this.#openFirst();
    this.#begin(accepted);
    for (let current = accepted; ; ) {
      try {
        return await this.#follow(attachment);
      } catch (error) {
        signal.throwIfAborted();
        if (!isLoss(error)) {
          attachment.channel.close(toErrorDocument(error));
          throw toSessionError(error, { session: current.session, instance: current.instance });
        }
        current = this.#current ?? current;
        attachment = await this.#comeBack(current);
      }
    }
  }

  async #openFirst(): Promise<{ attachment: Attachment; accepted: SessionAccepted }> {
    const { connect, opening, onRefused } = this.#options;
    const { signal } = this.#ending;
    for (;;) {
      signal.throwIfAborted();
      try {
        const attachment = this.#open(await orAborted(connect(opening), signal), opening);
        return { attachment, accepted: readAccepted(await orAborted(attachment.channel.accepted, signal)) };
      } catch (error) {
        if (onRefused === undefined || signal.aborted) throw error;
        await orAborted(onRefused(error), signal);
      }
    }
  }

  #open(connection: SessionConnection, { kind, params }: SessionOpening): Attachment {
    const channel = connection.open(kind, params);
    this.#channel = channel;
    return { channel, stdout: channel.read(streams.stdout), stderr: channel.read(streams.stderr) };
  }

  #begin(accepted: SessionAccepted): void {
    const { offsets, redraw = 0 } = accepted;
    this.#positions.stdout.begin(offsets.stdout, redraw);
    this.#positions.stderr.begin(offsets.stderr, 0);
    this.#resume(accepted);
    this.#accepted.resolve(accepted);
  }

  /** Sends what the program has not got, and what was to be told. */
  #resume(accepted: SessionAccepted): void {
    this.#current = accepted;
    this.#input.acknowledge(accepted.offsets.stdin);
    for (const bytes of this.#input.kept()) this.#send(bytes);
    if (this.#inputEnded) this.#channel?.end(streams.stdin);
    for (const message of this.#unsent.splice(0)) this.#channel?.control(message);
  }

  #send(bytes: Uint8Array): void {
    if (this.#current === undefined) return;
    // When it fails the channel is over, which its reader hears of; the bytes are kept.
    this.#channel?.write(streams.stdin, bytes).catch(() => undefined);
  }

  async #follow(attachment: Attachment): Promise<LinkOutcome> {
    const { channel } = attachment;
    channel.onControl = (message) => {
      if (this.#channel === channel) this.#hear(message);
    };
    const output = Promise.all([this.#carry(attachment, 'stdout'), this.#carry(attachment, 'stderr')]);
    output.catch(() => undefined);
    const exit = readExit(await orAborted(channel.exited, this.#ending.signal));
    await orAborted(output, this.#ending.signal);
    if (!('left' in exit)) {
      requireBytes('stdout', exit.stdoutBytes, this.#positions.stdout.taken);
      requireBytes('stderr', exit.stderrBytes, this.#positions.stderr.taken);
    }
    channel.close();
    return exit;
  }

  async #carry({ channel, ...readers }: Attachment, name: 'stdout' | 'stderr'): Promise<void> {
    const sink = this.#options[name];
    const position = this.#positions[name];
    await this.#taking[name];
    for await (const chunk of readers[name]) {
      // Another channel goes on where this one was.
      if (this.#channel !== channel) return;
      for (const { gap, bytes } of position.split(chunk)) {
        if (gap !== undefined) this.#tellGap(name, gap);
        if (bytes.length === 0 || sink === undefined) continue;
        this.#taking[name] = Promise.all([this.#taking[name], sink.take(bytes)]).then(() => undefined);
      }
      await this.#taking[name];
    }
  }

  #hear(message: unknown): void {
    const notice = readNotice(message);
    if (notice === null) return;
    if (notice.type === 'input') this.#acknowledge(notice.received);
    else if (notice.type === 'gap') {
      const gap = this.#positions[notice.stream].addGap(notice);
      if (gap !== null) this.#tellGap(notice.stream, gap);
    } else {
      if (notice.type === 'mode' && this.#current !== undefined) {
        this.#current = { ...this.#current, mode: notice.mode };
      }
      this.#options.onNotice?.(notice);
    }
  }

  /** What it throws would end the connection, and other channels with it. */
  #acknowledge(received: number): void {
    try {
      this.#input.acknowledge(received);
    } catch (error) {
      this.#channel?.close(toErrorDocument(error));
    }
  }

  #tellGap(stream: 'stdout' | 'stderr', gap: Gap): void {
    this.#options.onNotice?.({ type: 'gap', stream, ...gap });
  }

  async #comeBack(current: SessionAccepted): Promise<Attachment> {
    this.#current = undefined;
    this.#channel = null;
    const seconds = current.limits.reconnectSeconds;
    this.#options.onStatus?.({ state: 'lost', seconds });
    try {
      const found = await comeBack({
        windowMs: seconds * 1000,
        signal: this.#ending.signal,
        attempt: (signal) => this.#attach(current, signal),
      });
      this.#options.onStatus?.({ state: 'back' });
      return found;
    } catch (error) {
      if (this.#ending.signal.aborted) throw error;
      const { instance, session } = current;
      const why = error instanceof Error ? error.message : String(error);
      const where = instance === '' ? 'the session' : instance;
      throw new RigError(
        'remote_connection_lost',
        `The connection to ${where} was lost and could not be made again: ${why}`,
        {
          hint: `If it still runs, \`rig sessions attach ${session}\` comes back; \`rig sessions info ${session}\` tells.`,
          details: { origin: 'rig', session, instance },
          cause: error,
        },
      );
    }
  }

  async #attach(before: SessionAccepted, signal: AbortSignal): Promise<Attachment> {
    // A connection that has just broken is forgotten by its client in this turn of the event loop.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const { connect, opening, terminal } = this.#options;
    const { session, client, mode } = before;
    const { stdout, stderr } = this.#positions;
    const { reason } = opening.params;
    const again: SessionOpening = {
      kind: 'attach',
      params: {
        session,
        client,
        mode,
        from: { stdout: stdout.taken, stderr: stderr.taken },
        ...(terminal === undefined ? {} : { terminal: terminal() }),
        ...(reason === undefined ? {} : { reason }),
      },
    };
    const attachment = this.#open(await orAborted(connect(again), signal), again);
    try {
      const accepted = readAccepted(await orAborted(attachment.channel.accepted, signal));
      for (const name of ['stdout', 'stderr'] as const) {
        const gap = this.#positions[name].goOn(
          accepted.offsets[name],
          name === 'stdout' ? (accepted.redraw ?? 0) : 0,
        );
        if (gap !== null) this.#tellGap(name, gap);
      }
      this.#resume(accepted);
      // Somebody has taken over meanwhile.
      if (accepted.mode !== mode) this.#options.onNotice?.({ type: 'mode', mode: accepted.mode, by: '' });
      return attachment;
    } catch (error) {
      attachment.channel.close(toErrorDocument(error));
      this.#channel = null;
      throw error;
    }
  }
}
