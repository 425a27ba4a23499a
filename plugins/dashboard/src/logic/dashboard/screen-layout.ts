import type { DashboardData } from './dashboard-data.ts';
import type { DashboardUi } from './dashboard-ui.ts';
import type { Screen } from './screens.ts';

/** Below this there is no room for a table. */
export const SMALLEST = { columns: 50, rows: 12 };
/** Title, tabs and facts above; keys below. */
const HEAD_ROWS = 3;
const FOOT_ROWS = 1;

export function isTooSmall({ columns, rows }: DashboardUi['size']): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/** Rows between the head and the foot. */
export function bodyRows({ size, notice }: DashboardUi): number {
  return Math.max(1, size.rows - HEAD_ROWS - FOOT_ROWS - (notice === null ? 0 : 1));
}

/** How many problems and deploys stand above the apps. */
export function panelRows(ui: DashboardUi, data: DashboardData): { problems: number; deploys: number } {
  const room = Math.max(1, Math.floor((bodyRows(ui) - 8) / 4));
  const { problems = [], deploys = [] } = data.status ?? {};
  const shownProblems = Math.min(problems.length, room);
  return { problems: shownProblems, deploys: Math.min(deploys.length, Math.max(0, room - shownProblems)) };
}

/** Rows for what is listed or scrolled on a screen. */
export function contentRows(ui: DashboardUi, screen: Screen, data: DashboardData): number {
  const body = bodyRows(ui);
  const taken = () => {
    switch (screen.kind) {
      case 'apps': {
        const { problems, deploys } = panelRows(ui, data);
        const panel = problems + deploys;
        // A heading of the table, and a line between it and what is above.
        return 1 + panel + (panel > 0 ? 1 : 0);
      }
      case 'app':
        return 5;
      case 'logs':
      case 'release':
        return 1;
      case 'overview':
        return 0;
      case 'events':
      case 'sessions':
      case 'audit':
        break;
    }
    return 2;
  };
  return Math.max(1, body - taken());
}
