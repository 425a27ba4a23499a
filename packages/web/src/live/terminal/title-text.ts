import { sanitise } from '@rig-ops/contract/sanitise';

const LONGEST = 120;

/** The title that a program gives its terminal, as text that can stand beside the page's own: never instead of it. */
export function titleText(title: string): string {
  const clean = sanitise(title).replaceAll(/\s+/g, ' ').trim();
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
}
