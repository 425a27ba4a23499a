import type { ChannelKind } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Clock } from '../../clock.ts';
import { networkOf } from '../../http/failure-limiter.ts';
import type { Caller } from '../access/caller.ts';
import { Lockout } from './lockout.ts';
import type { TicketNames } from './ticket-names.ts';
import { isSameDigest, makeTicket, readTicket } from './ticket-secret.ts';

const VALID_MS = 10_000;
/** A used or expired ticket is told from one that never was, and counted for its user, so much longer. */
const REMEMBERED_MS = 60_000;
const MOST_OF_USER = 50;
const MOST = 10_000;

/** What a ticket opens: one channel of this kind, about exactly this. */
export interface TicketGrant {
  readonly caller: Caller;
  readonly kind: ChannelKind;
  readonly names: TicketNames;
  /** Names may change hands; ids do not. */
  readonly targetId: string;
  readonly expiresAt: number;
}

interface Kept extends TicketGrant {
  readonly digest: Buffer;
  used: boolean;
}

export interface TicketBookDeps {
  readonly clock: Clock;
  /** Told of a user (by name) or an address that was locked out. */
  readonly onLockedOut: (who: { user: string | null; client: string; seconds: number }) => void;
}

/** Whether somebody was let in, and whose ticket it was as far as that is known. */
export type Redeemed =
  | { readonly grant: TicketGrant }
  | { readonly grant: undefined; readonly error: RigError; readonly caller: Caller | undefined };

/**
 * Tickets that were given out, by a hash. In memory: those of a rigd that was restarted are gone. The first
 * presentation uses a ticket up, whatever comes of it.
 */
export class TicketBook {
  readonly #tickets = new Map<string, Kept>();
  readonly #addresses: Lockout;
  readonly #users: Lockout;
  readonly #deps: TicketBookDeps;

  constructor(deps: TicketBookDeps) {
    this.#deps = deps;
    this.#addresses = new Lockout(deps.clock);
    this.#users = new Lockout(deps.clock);
  }

  /** @throws RigError `too_many_tickets` */
  give(grant: Omit<TicketGrant, 'expiresAt'>): { ticket: string; expiresAt: Date } {
    const now = this.#deps.clock.now().getTime();
    this.#forget(now);
    const { userId } = grant.caller;
    const locked = this.#users.lockedFor(userId);
    if (locked !== undefined) throw lockedOut('of this user', locked);
    const open = [...this.#tickets.values()].filter(
      ({ caller, used, expiresAt }) => caller.userId === userId && !used && expiresAt > now,
    );
    if (open.length >= MOST_OF_USER || this.#tickets.size >= MOST) {
      throw new RigError('too_many_tickets', 'Too many tickets are open.', {
        details: { retryAfterSeconds: VALID_MS / 1_000 },
      });
    }
    const { ticket, id, digest } = makeTicket();
    const expiresAt = now + VALID_MS;
    this.#tickets.set(id, { ...grant, digest, expiresAt, used: false });
    return { ticket, expiresAt: new Date(expiresAt) };
  }

  /** Uses a ticket up. @param client the address it comes from */
  redeem(text: string, client: string): Redeemed {
    const address = networkOf(client);
    const now = this.#deps.clock.now().getTime();
    const presented = readTicket(text);
    const kept = presented === undefined ? undefined : this.#tickets.get(presented.id);
    const wasUsed = kept?.used === true;
    if (kept !== undefined) kept.used = true;
    const refuse = (error: RigError): Redeemed => ({ grant: undefined, error, caller: kept?.caller });
    const locked = this.#addresses.lockedFor(address);
    if (locked !== undefined) return refuse(lockedOut('from this address', locked));
    const fail = (why: string): Redeemed => {
      this.noteFailure(kept?.caller, client);
      return refuse(new RigError('ticket_refused', `The ticket ${why}.`));
    };
    if (presented === undefined || kept === undefined) return fail('is not one the platform knows');
    // A wrong secret says nothing more than a wrong id does, and has used the ticket up.
    if (!isSameDigest(presented.digest, kept.digest)) return fail('is not one the platform knows');
    if (wasUsed) return fail('was used already');
    if (kept.expiresAt <= now) return fail('has expired');
    const userLocked = this.#users.lockedFor(kept.caller.userId);
    return userLocked === undefined ? { grant: kept } : refuse(lockedOut('of this user', userLocked));
  }

  /** A ticket was presented that is not, or not for this, good. */
  noteFailure(caller: Caller | undefined, client: string): void {
    const seconds = 60;
    if (this.#addresses.noteFailure(networkOf(client))) {
      this.#deps.onLockedOut({ user: null, client, seconds });
    }
    if (caller !== undefined && this.#users.noteFailure(caller.userId)) {
      this.#deps.onLockedOut({ user: caller.user, client, seconds });
    }
  }

  #forget(now: number): void {
    for (const [id, { expiresAt }] of this.#tickets) {
      // In the order they were given, and so in that of their expiry.
      if (expiresAt + REMEMBERED_MS > now) break;
      this.#tickets.delete(id);
    }
  }
}

const lockedOut = (which: string, retryAfterSeconds: number) =>
  new RigError('too_many_tickets', `Too many wrong tickets came ${which}.`, {
    details: { retryAfterSeconds },
  });
