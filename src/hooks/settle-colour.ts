import type { Run } from '../run.ts';

/**
 * Brings every reason for not colouring to NO_COLOR, which kit and most libraries of other authors go by.
 * They look at it when they are loaded, so this comes before anything else is.
 */
export function settleColour({ given, invocation: { env } }: Run): void {
  const asked = given['no-color'] === true;
  const quiet = (env.CI ?? '') !== '' || env.TERM === 'dumb';
  if (!asked && (!quiet || env.FORCE_COLOR !== undefined)) return;
  process.env.NO_COLOR = '1';
  // Some only know this one; 0 is the one value at which Node does not complain about both.
  process.env.FORCE_COLOR = '0';
}
