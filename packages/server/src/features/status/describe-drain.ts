import type { DrainState } from '@rig-ops/contract/resources';

/** One that keeps up has fewer on the way. */
const BEHIND_RECORDS = 1_000;

/** How a drain is doing, in one word. */
export function describeDrain(
  kind: DrainState['kind'],
  {
    failures,
    lag,
    lastError,
    name,
  }: { name: string; lag: number; failures: number; lastError: string | null },
): DrainState {
  const state = failures > 0 ? 'failing' : lag >= BEHIND_RECORDS ? 'behind' : 'ok';
  return { name, kind, state, lagRecords: lag, message: failures > 0 ? lastError : null };
}
