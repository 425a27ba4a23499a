const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * How long to wait before the attempt of this number (0, 1, …): at random up to a bound that doubles until it
 * is 5 s ("full jitter"), so that the followers of a platform that comes back do not all come at once.
 * @param random from 0 to 1
 */
export function reconnectDelay(attempt: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(longest * random);
}
