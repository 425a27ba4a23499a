import type { Loaded } from '../../logic/dashboard/dashboard-data.ts';

/** What stands where there are no rows. */
export function emptyText(loaded: Loaded<unknown>, none: string): string {
  if (loaded.state === 'loading') return 'Reading …';
  return loaded.problem ?? (loaded.items.length > 0 ? 'None has what the filter says.' : none);
}
