import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel } from './channel.ts';
import { ControlMessages } from './control-messages.ts';
import { readErrorDocument } from './error-document.ts';
import { encodeJsonFrame, type Frame } from './frame.ts';
import { InboundStreams } from './inbound-streams.ts';
import { OutboundStreams } from './outbound-streams.ts';
import { FrameType } from './protocol.ts';
import { promiseForWhomItConcerns } from './settled.ts';
import { violation } from './violation.ts';

/** What a channel needs of its connection. */
export interface ChannelPort {
  readonly id: number;
  readonly windowBytes: number;
  /** Frames wait: ask {@link MuxChannel.nextFrame} for them. */
  wake(channel: MuxChannel): void;
  /** Both sides have closed it: its id is not in use any more. */
  release(channel: MuxChannel): void;
}

/** Takes what arrives on a channel instead of its reader: see `relay.ts`. */
export interface ChannelTap {
  data(stream: number, bytes: Uint8Array): void;
  eof(stream: number): void;
  credit(stream: number): void;
  control(message: unknown): void;
  exit(outcome: unknown): void;
  over(error: RigError | undefined): void;
}

/** A channel of a {@link Connection}: turns calls into frames and frames into events. */
export class MuxChannel implements Channel {
  readonly #port: ChannelPort;
  readonly inbound: InboundStreams;
  readonly outbound: OutboundStreams;
  /** OPEN or ACCEPT, until it was sent; null before accept. */
  #head: Uint8Array | null;
  /** Whether both sides have agreed on the channel, so that frames other than CREDIT and CLOSE may be sent. */
  #established = false;
  readonly #opener: boolean;
  readonly #controls: ControlMessages;
  #exit: Uint8Array | null = null;
  #exitCalled = false;
  #exitReceived = false;
  /** Set once close() was called here: CLOSE goes out behind everything else, or at once. */
  #closing: { frame: Uint8Array; atOnce: boolean } | null = null;
  #closeSent = false;
  #closeReceived = false;
  #over: { error: RigError | undefined } | null = null;
  #tap: ChannelTap | null = null;
  readonly #accepted = promiseForWhomItConcerns<unknown>();
  readonly #exited = promiseForWhomItConcerns<unknown>();
  readonly #closed = promiseForWhomItConcerns<RigError | undefined>();

  /** `open` is the OPEN frame on the side that opens, null on the other. */
  constructor(port: ChannelPort, open: Uint8Array | null) {
    this.#port = port;
    this.#head = open;
    this.#opener = open !== null;
    this.inbound = new InboundStreams(port.id, port.windowBytes, () => port.wake(this));
    this.outbound = new OutboundStreams(port.id, port.windowBytes);
    this.#controls = new ControlMessages(port.id);
  }

  get id(): number {
    return this.#port.id;
  }
  get windowBytes(): number {
    return this.#port.windowBytes;
  }
  get accepted(): Promise<unknown> {
    return this.#accepted.promise;
  }
  get exited(): Promise<unknown> {
    return this.#exited.promise;
  }
  get closed(): Promise<RigError | undefined> {
    return this.#closed.promise;
  }
  get exitReceived(): boolean {
    return this.#exitReceived;
  }
  /** Whether an orderly close waits for the network. */
  get lingering(): boolean {
    return this.#closing !== null && !this.#closeSent;
  }

  get #idle(): boolean {
    return this.#controls.flushed && this.#exit === null && this.outbound.flushed;
  }

  get #failed(): boolean {
    return this.#over?.error !== undefined;
  }

  get onControl(): ((message: unknown) => void) | null {
    return this.#controls.handler;
  }
  set onControl(handler: ((message: unknown) => void) | null) {
    this.#controls.handler = handler;
  }

  accept(accepted: unknown): void {
    this.#established = true;
    if (this.#over === null) this.#head = encodeJsonFrame(FrameType.accept, this.id, accepted);
    this.#accepted.resolve(accepted);
    this.#port.wake(this);
  }

  async write(stream: number, bytes: Uint8Array): Promise<void> {
    if (this.#over !== null || this.#closing !== null) throw this.#overError();
    if (this.#exitCalled) throw new Error('Nothing can be written behind the outcome of a channel');
    this.outbound.push(stream, bytes);
    this.#port.wake(this);
    await this.outbound.settle(stream);
    if (this.#failed) throw this.#overError();
  }

  /** Queues bytes that a relay has credit for; dropped when the channel is over. */
  forward(stream: number, bytes: Uint8Array): void {
    if (this.#over !== null || this.#closing !== null) return;
    this.outbound.push(stream, bytes);
    this.#port.wake(this);
  }

  end(stream: number): void {
    if (this.#over !== null) return;
    this.outbound.end(stream);
    this.#port.wake(this);
  }

  read(stream: number): AsyncIterable<Uint8Array> {
    return this.inbound.read(stream);
  }

  control(message: unknown): void {
    if (this.#over !== null || this.#closing !== null || this.#exitCalled) return;
    if (!this.#controls.push(message)) {
      this.close(toErrorDocument(new RigError('remote_protocol', 'Too many messages wait on a channel.')));
      return;
    }
    this.#port.wake(this);
  }

  exit(outcome: unknown): void {
    if (this.#over !== null || this.#closing !== null) return;
    if (this.#exitCalled) throw new Error('A channel has one outcome');
    this.#exit = encodeJsonFrame(FrameType.exit, this.id, outcome);
    this.#exitCalled = true;
    this.outbound.endAll();
    this.#port.wake(this);
  }

  close(error?: ErrorDocument): void {
    if (this.#over !== null || (this.#closing !== null && error === undefined)) return;
    const atOnce = error !== undefined || this.#exitReceived;
    this.#closing = { frame: encodeJsonFrame(FrameType.close, this.id, error), atOnce };
    if (atOnce) this.#finish(error === undefined ? undefined : RigError.fromDocument(error));
    else this.inbound.finish(undefined);
    this.#port.wake(this);
  }

  /** Whether nobody reads it, so that it can be diverted. */
  get unread(): boolean {
    return this.#tap === null && this.inbound.untouched;
  }

  /** Hands everything that arrives to `tap`, what has arrived already first. It must be {@link unread}. */
  divert(tap: ChannelTap): void {
    this.#tap = tap;
    for (const stream of this.outbound.allowedStreams) tap.credit(stream);
    this.onControl = (message) => tap.control(message);
    for (const stream of this.inbound.endedStreams) tap.eof(stream);
    if (this.#exitReceived) void this.#exited.promise.then((outcome) => tap.exit(outcome));
    void this.#closed.promise.then((error) => tap.over(error));
  }

  /** The next frame to send; null when there is none, or none for which there is credit. */
  nextFrame(): Uint8Array | null {
    if (this.#closeSent) return null;
    if (this.#closing?.atOnce === true) return this.#sendClose();
    if (this.#head !== null) {
      const head = this.#head;
      this.#head = null;
      return head;
    }
    const credit = this.inbound.nextCredit();
    if (credit !== null) return credit;
    if (!this.#established) return this.#closing !== null && this.#idle ? this.#sendClose() : null;
    const frame = this.#controls.next() ?? this.outbound.next();
    if (frame !== null) return frame;
    if (!this.outbound.flushed) return null;
    if (this.#exit !== null) {
      const exit = this.#exit;
      this.#exit = null;
      return exit;
    }
    return this.#closing === null ? null : this.#sendClose();
  }

  /**
   * Takes a frame of the other side.
   * @throws RigError remote_protocol
   */
  receive(frame: Frame): void {
    if (this.#closeReceived) throw violation('a frame on a closed channel');
    if (frame.type === FrameType.close) {
      this.#receiveClose(frame.json);
      return;
    }
    if (!this.#established) {
      this.#receiveUnestablished(frame);
      return;
    }
    if (this.#exitReceived && frame.type !== FrameType.credit) throw violation('a frame behind the outcome');
    switch (frame.type) {
      case FrameType.data:
        this.inbound.receive(frame.stream, frame.offset, frame.bytes);
        if (this.#closing !== null) return;
        if (this.#tap === null) this.inbound.keep(frame.stream, frame.bytes);
        else this.#tap.data(frame.stream, frame.bytes);
        return;
      case FrameType.eof:
        this.inbound.receiveEof(frame.stream, frame.offset);
        if (this.#closing === null) this.#tap?.eof(frame.stream);
        return;
      case FrameType.credit:
        this.#receiveCredit(frame.stream, frame.offset);
        return;
      case FrameType.control:
        if (this.#closing === null) this.#controls.receive(frame.json);
        return;
      case FrameType.exit:
        this.#receiveExit(frame.json);
        return;
      case FrameType.hello:
      case FrameType.open:
      case FrameType.accept:
      case FrameType.ping:
      case FrameType.pong:
        throw violation('a frame that does not belong on an open channel');
    }
  }

  /** The connection is over, and with it the channel. */
  abandon(error: RigError): void {
    this.#closeSent = true;
    this.#closeReceived = true;
    this.#finish(error);
  }

  #receiveUnestablished(frame: Frame): void {
    if (frame.type === FrameType.credit && !this.#opener) {
      this.#receiveCredit(frame.stream, frame.offset);
      return;
    }
    if (frame.type !== FrameType.accept || !this.#opener) throw violation('a frame ahead of ACCEPT');
    this.#established = true;
    this.#accepted.resolve(frame.json);
    this.#port.wake(this);
  }

  #receiveCredit(stream: number, limit: number): void {
    this.outbound.allow(stream, limit);
    this.#tap?.credit(stream);
    this.#port.wake(this);
  }

  #receiveExit(outcome: unknown): void {
    this.#exitReceived = true;
    this.inbound.endAll();
    this.#exited.resolve(outcome);
    this.#tap?.exit(outcome);
    // The program has ended: nobody will read what still waits for it.
    if (this.#closing !== null) {
      this.#closing.atOnce = true;
      this.#finish(undefined);
      this.#port.wake(this);
    }
  }

  #receiveClose(json: unknown): void {
    this.#closeReceived = true;
    const document = readErrorDocument(json);
    const error = document === undefined ? undefined : RigError.fromDocument(document);
    this.#closing ??= { frame: encodeJsonFrame(FrameType.close, this.id, undefined), atOnce: true };
    this.#closing.atOnce = true;
    this.#finish(error);
    if (this.#closeSent) this.#port.release(this);
    else this.#port.wake(this);
  }

  #sendClose(): Uint8Array | null {
    const frame = this.#closing?.frame ?? null;
    const unheard = this.#opener && this.#head !== null;
    this.#closeSent = true;
    this.#finish(undefined);
    if (this.#closeReceived || unheard) this.#port.release(this);
    return unheard ? null : frame;
  }

  #finish(error: RigError | undefined): void {
    if (this.#over !== null) return;
    this.#over = { error };
    // Closed in order by the other side, yet without EOF or EXIT: what was cut must not look like an end.
    const cut =
      error ??
      (this.#closeReceived
        ? new RigError('connection_lost', 'The other side closed the channel before it was complete.')
        : this.#overError());
    this.#controls.drop();
    this.#exit = null;
    this.#accepted.reject(cut);
    this.#exited.reject(cut);
    this.outbound.drop(this.#overError());
    this.inbound.finish(this.#closeReceived ? cut : error);
    this.#closed.resolve(error);
  }

  #overError(): RigError {
    if (this.#over?.error !== undefined) return this.#over.error;
    const whose = this.#closeReceived ? 'The other side closed the channel.' : 'The channel was closed.';
    return new RigError('cancelled', whose);
  }
}
