import { pause } from '../pause.ts';
import { mayPass } from './is-loss.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

export interface ComingBack<T> {
  /** How long it is tried, in milliseconds. */
  windowMs: number;
  /** Gives up at once; its reason is thrown. */
  signal: AbortSignal;
  /** @throws what stood in the way */
  attempt: (signal: AbortSignal) => Promise<T>;
}

/**
 * Tries again and again, with pauses that grow and differ from client to client, until an attempt succeeds,
 * fails for good, or the window is over; then it throws what stood in the way last.
 */
export async function comeBack<T>({ windowMs, signal, attempt }: ComingBack<T>): Promise<T> {
  const deadline = performance.now() + windowMs;
  let last: unknown;
  for (let tries = 0; ; tries += 1) {
    const left = deadline - performance.now();
    if (left <= 0 && last !== undefined) throw last;
    const over = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.ceil(left)))]);
    try {
      return await attempt(over);
    } catch (error) {
      signal.throwIfAborted();
      if (!over.aborted && !mayPass(error)) throw error;
      if (!over.aborted || last === undefined) last = error;
    }
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
    await pause(longest / 2 + (Math.random() * longest) / 2, signal);
  }
}
