import { isIPv6 } from 'node:net';

const WINDOW_MS = 60_000;
/** Typing mistakes and a stale context cost nothing. */
const FREE_FAILURES = 10;
/** More addresses than this are forgotten, the one that failed longest ago first. */
const REMEMBERED_ADDRESSES = 10_000;

/** An IPv6 network is handed out as a whole, so its addresses count as one. */
export const networkOf = (address: string): string =>
  isIPv6(address) && !address.startsWith('::ffff:') ? expandHead(address) : address;

/** The first 64 bits of an IPv6 address. */
function expandHead(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':')].slice(0, 4).join(':');
}

/**
 * Counts wrong tokens by where they come from. It never holds up a right one: it is asked only once a token
 * was found to be wrong.
 */
export class FailureLimiter {
  readonly #failures = new Map<string, { since: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Notes a wrong token. @returns the seconds to wait when there were too many of them, else undefined */
  note(address: string): number | undefined {
    const network = networkOf(address);
    const now = this.#now();
    const known = this.#failures.get(network);
    const entry = known === undefined || now - known.since >= WINDOW_MS ? { since: now, count: 0 } : known;
    entry.count += 1;
    // Behind all others: a Map keeps the order in which keys were added.
    this.#failures.delete(network);
    this.#failures.set(network, entry);
    const oldest =
      this.#failures.size > REMEMBERED_ADDRESSES ? this.#failures.keys().next().value : undefined;
    if (oldest !== undefined) this.#failures.delete(oldest);
    return entry.count > FREE_FAILURES ? Math.ceil((entry.since + WINDOW_MS - now) / 1_000) : undefined;
  }
}
