import { type ChannelKind, channelKinds } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Ticket } from '@rig-ops/contract/resources';
import type { Authorizer } from '../access/authorizer.ts';
import type { Caller } from '../access/caller.ts';
import type { Names } from '../access/resolve-target.ts';
import { nameTarget, type Target } from '../access/target.ts';
import type { TicketBook } from './ticket-book.ts';
import { namingOf } from './ticket-names.ts';

/** What tells one target from another of its name. */
export function targetIdOf(target: Target | undefined): string {
  if (target === undefined || target.kind === 'platform') return '';
  return target.kind === 'network' ? `network ${target.network}` : `${target.kind} ${target.id}`;
}

export interface TicketServiceDeps {
  readonly book: TicketBook;
  readonly authorizer: Authorizer;
}

/** Gives tickets for what the caller may open now. */
export class TicketService {
  readonly #deps: TicketServiceDeps;

  constructor(deps: TicketServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `not_found` for an unknown channel; as {@link Authorizer.authorize}; `too_many_tickets` */
  async give(caller: Caller, { channel, ...named }: { channel: string } & Names): Promise<Ticket> {
    if (!Object.hasOwn(channelKinds, channel)) {
      throw new RigError('not_found', `This platform knows no channel ${JSON.stringify(channel)}.`);
    }
    const kind = channel as ChannelKind;
    const { access } = channelKinds[kind];
    const names = namingOf(named);
    const target = await this.#deps.authorizer.authorize(caller, access, names);
    const { ticket, expiresAt } = this.#deps.book.give({
      caller,
      kind,
      names,
      targetId: targetIdOf(target),
    });
    return {
      ticket,
      channel,
      verb: access.verb,
      target: target === undefined ? 'platform' : nameTarget(target),
      user: caller.user,
      expiresAt: expiresAt.toISOString(),
    };
  }
}
