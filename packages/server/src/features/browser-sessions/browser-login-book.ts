import { RigError } from '@rig-ops/contract/errors';
import type { BrowserLoginState } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Caller } from '../access/caller.ts';
import { isSameDigest, makeTicket, readTicket } from '../tickets/ticket-secret.ts';

/** A browser starts and shows a page within it. */
const VALID_MS = 60_000;
/** Whoever asked can look so much longer what has become of it. */
const REMEMBERED_MS = 10 * 60_000;
const MOST_OF_USER = 20;
const MOST = 5_000;

interface Kept {
  readonly id: string;
  readonly digest: Buffer;
  readonly caller: Caller;
  readonly expiresAt: number;
  used: boolean;
  session: string | null;
}

/** A login whose ticket was right; it is used up. */
interface TakenLogin {
  readonly caller: Caller;
  /** Notes which session has come of it. */
  began(session: string): void;
}

/** What became of a ticket that was shown, and whose it was as far as that is known. */
export type Taken =
  | { readonly login: TakenLogin }
  | { readonly login: undefined; readonly error: RigError; readonly caller: Caller | undefined };

/**
 * Tickets for browsers, by a hash. In memory: those of a rigd that was restarted are gone. The first that is
 * shown is used up, a wrong one for the same login too.
 */
export class BrowserLoginBook {
  /** By the part of the ticket that is no secret. */
  readonly #logins = new Map<string, Kept>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws RigError `too_many_tickets` */
  give(caller: Caller): { id: string; ticket: string; expiresAt: Date } {
    const now = this.#clock.now().getTime();
    this.#forget(now);
    const open = [...this.#logins.values()].filter(
      (kept) => kept.caller.userId === caller.userId && !kept.used && kept.expiresAt > now,
    );
    if (open.length >= MOST_OF_USER || this.#logins.size >= MOST) {
      throw new RigError('too_many_tickets', 'Too many logins of browsers are open.', {
        details: { retryAfterSeconds: VALID_MS / 1_000 },
      });
    }
    const { ticket, id: key, digest } = makeTicket();
    const id = newId('blg');
    const expiresAt = now + VALID_MS;
    this.#logins.set(key, { id, digest, caller, expiresAt, used: false, session: null });
    return { id, ticket, expiresAt: new Date(expiresAt) };
  }

  /**
   * Uses a ticket up.
   * @param objection asked for a ticket that is right; what it answers refuses it, and leaves it as it was
   */
  take(text: string, objection: (caller: Caller) => RigError | undefined): Taken {
    const presented = readTicket(text);
    const kept = presented === undefined ? undefined : this.#logins.get(presented.id);
    if (presented === undefined || kept === undefined) return refuse('is not one the platform knows');
    const wasUsed = kept.used;
    if (!isSameDigest(presented.digest, kept.digest)) {
      kept.used = true;
      return refuse('is not one the platform knows');
    }
    if (wasUsed) return refuse('was used already', kept.caller);
    if (kept.expiresAt <= this.#clock.now().getTime()) return refuse('has expired', kept.caller);
    const error = objection(kept.caller);
    if (error !== undefined) return { login: undefined, caller: kept.caller, error };
    kept.used = true;
    const began = (session: string) => {
      kept.session = session;
    };
    return { login: { caller: kept.caller, began } };
  }

  /** Undefined for one that another user asked for, or that is forgotten. */
  stateOf(id: string, userId: string): BrowserLoginState | undefined {
    const kept = [...this.#logins.values()].find((each) => each.id === id && each.caller.userId === userId);
    if (kept === undefined) return undefined;
    const { expiresAt, session, used } = kept;
    const over = used || expiresAt <= this.#clock.now().getTime();
    const state = session !== null ? 'used' : over ? 'expired' : 'waiting';
    return { id, state, session, expiresAt: new Date(expiresAt).toISOString() };
  }

  #forget(now: number): void {
    for (const [key, { expiresAt }] of this.#logins) {
      // In the order they were given, and so in that of their expiry.
      if (expiresAt + REMEMBERED_MS > now) break;
      this.#logins.delete(key);
    }
  }
}

const refuse = (why: string, caller?: Caller): Taken => ({
  login: undefined,
  caller,
  error: new RigError('browser_login_refused', `The link to log in ${why}.`),
});
