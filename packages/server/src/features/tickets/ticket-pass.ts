import type { ChannelKind } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Clock } from '../../clock.ts';
import type { Names } from '../access/resolve-target.ts';
import type { Target } from '../access/target.ts';
import type { TicketBook, TicketGrant } from './ticket-book.ts';
import { isSameNaming, namingOf } from './ticket-names.ts';
import { targetIdOf } from './ticket-service.ts';

export interface TicketPassDeps {
  readonly tickets: Pick<TicketBook, 'noteFailure'>;
  readonly clock: Clock;
  /** The address the connection comes from. */
  readonly client: string;
}

/** What a connection that was let in by a ticket may do: open that one channel, once, in the ticket's time. */
export class TicketPass {
  readonly #grant: TicketGrant;
  readonly #deps: TicketPassDeps;
  #used = false;

  constructor(grant: TicketGrant, deps: TicketPassDeps) {
    this.#grant = grant;
    this.#deps = deps;
  }

  /** @throws RigError `ticket_refused` for a second channel, another kind or target, and when it is too late */
  take(kind: ChannelKind, names: Names): void {
    const { expiresAt, kind: granted, names: named } = this.#grant;
    if (this.#used) throw this.#refuse('was used already');
    this.#used = true;
    if (expiresAt <= this.#deps.clock.now().getTime()) throw this.#refuse('has expired');
    if (kind !== granted) throw this.#refuse(`is for a channel of kind ${granted}`);
    if (!isSameNaming(named, namingOf(names))) throw this.#refuse('is for something else');
  }

  /** @throws RigError `ticket_refused` when the name belongs to another by now */
  requireTarget(target: Target | undefined): void {
    if (targetIdOf(target) !== this.#grant.targetId) throw this.#refuse('is for something else');
  }

  /** Calls back when the time of the ticket is over and nothing was opened. @returns how to stop */
  onUnused(callback: () => void): () => void {
    const left = this.#grant.expiresAt - this.#deps.clock.now().getTime();
    const timer = setTimeout(
      () => {
        if (!this.#used) callback();
      },
      Math.max(0, left),
    );
    return () => clearTimeout(timer);
  }

  #refuse(why: string): RigError {
    this.#deps.tickets.noteFailure(this.#grant.caller, this.#deps.client);
    return new RigError('ticket_refused', `The ticket ${why}.`);
  }
}
