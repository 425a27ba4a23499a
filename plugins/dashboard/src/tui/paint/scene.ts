import type { DashboardData } from '../../logic/dashboard/dashboard-data.ts';
import type { DashboardUi } from '../../logic/dashboard/dashboard-ui.ts';
import type { Look } from './look.ts';

/** What a picture is made of. */
export interface Scene {
  readonly ui: DashboardUi;
  readonly data: DashboardData;
  readonly look: Look;
  /** `Date.now()`. */
  readonly now: number;
  /** What the platform is called on this side. */
  readonly context: string;
  /** How long a status is current, in milliseconds. */
  readonly freshMs: number;
}

/** Whether what is shown was true some time ago. */
export function isStale({ data, now, freshMs }: Scene): boolean {
  return data.status !== null && (data.problem !== null || now - data.statusAt > freshMs);
}
