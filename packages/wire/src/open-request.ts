import { type ErrorDocument, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel, OpenRequest } from './channel.ts';
import type { MuxChannel } from './mux-channel.ts';
import { WIRE_LIMITS } from './protocol.ts';
import { violation } from './violation.ts';

/** An OPEN of the other side, waiting for its one answer. */
export class IncomingOpen implements OpenRequest {
  readonly kind: string;
  readonly params: unknown;
  readonly invocation: string | undefined;
  readonly #channel: MuxChannel;
  #answered = false;

  /** @throws RigError remote_protocol when the body of OPEN is not `{kind, params}` */
  constructor(channel: MuxChannel, body: unknown) {
    const { invocation, kind, params } =
      typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    if (typeof kind !== 'string' || kind.length === 0 || kind.length > WIRE_LIMITS.kindLength) {
      throw violation('an OPEN without a kind');
    }
    this.kind = kind;
    this.params = params;
    this.invocation = typeof invocation === 'string' ? invocation : undefined;
    this.#channel = channel;
  }

  accept(accepted?: unknown): Channel {
    this.#answer();
    this.#channel.accept(accepted);
    return this.#channel;
  }

  refuse(error: ErrorDocument): void {
    this.#answer();
    this.#channel.close(error);
  }

  /** Hands itself to a handler; one that throws refuses, whatever is wrong is told to the other side. */
  offer(handler: ((request: OpenRequest) => void) | undefined): void {
    if (handler === undefined) {
      this.refuse(
        toErrorDocument(new RigError('not_permitted', `Nothing can be opened here as ${this.kind}.`)),
      );
      return;
    }
    try {
      handler(this);
    } catch (error) {
      this.#channel.close(toErrorDocument(error));
    }
  }

  #answer(): void {
    if (this.#answered) throw new Error('An OPEN is answered once');
    this.#answered = true;
  }
}
