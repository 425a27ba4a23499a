const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses behind each attempt that failed: those of the Standard Webhooks specification as far as half a day, then
 * twice eight hours, a day in all.
 */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 8 * HOUR];
/** Nobody is waited for longer, whatever it asks for. */
const LONGEST_MS = 24 * HOUR;
/** So much of a pause is chance, so that those who failed together do not come back together. */
const CHANCE = 0.2;

export const ATTEMPTS = PAUSES.length + 1;

/**
 * How long to wait behind an attempt; undefined when it was the last.
 * @param tries how many attempts there were
 * @param retryAfter what the receiver asked for, in seconds
 * @param random from 0 up to 1
 */
export function pauseAfter(
  tries: number,
  retryAfter: number | null,
  random: number = Math.random(),
): number | undefined {
  const pause = PAUSES[tries - 1];
  if (pause === undefined) return undefined;
  const asked = Math.min(LONGEST_MS, (retryAfter ?? 0) * SECOND);
  return Math.round(Math.max(pause, asked) * (1 + CHANCE * random));
}
