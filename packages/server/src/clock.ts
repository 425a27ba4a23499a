/** Where the time comes from, so that tests can set it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The moment as resources and tables write it: RFC 3339, UTC, milliseconds. */
export function timestampOf(clock: Clock): string {
  return clock.now().toISOString();
}
