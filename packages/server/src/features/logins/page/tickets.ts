import { randomBytes } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import type { LoginRecord } from '../login-store.ts';

const VALID_MS = 5 * 60 * 1000;
const MAX_TICKETS = 500;

export interface Ticket {
  readonly caller: Caller;
  readonly login: LoginRecord;
}

/**
 * What joins the page that asked who somebody is with the one where they decide. A ticket is in the page
 * alone: no cookie, so nothing another site could make a browser send along. Each is good for one use; those
 * of a rigd that was restarted are gone, and the person begins again.
 */
export class Tickets {
  readonly #tickets = new Map<string, Ticket & { until: number }>();

  give(ticket: Ticket): string {
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size >= MAX_TICKETS && oldest !== undefined) this.#tickets.delete(oldest);
    const key = randomBytes(32).toString('base64url');
    this.#tickets.set(key, { ...ticket, until: performance.now() + VALID_MS });
    return key;
  }

  /** Undefined when it was used, is too old or never was. */
  take(key: string): Ticket | undefined {
    const found = this.#tickets.get(key);
    this.#tickets.delete(key);
    return found !== undefined && found.until > performance.now() ? found : undefined;
  }
}
