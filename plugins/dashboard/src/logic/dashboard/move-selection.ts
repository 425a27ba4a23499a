import type { DashboardData } from './dashboard-data.ts';
import { currentScreen, type DashboardUi, withScreen } from './dashboard-ui.ts';
import { isListScreen, listRows } from './list-rows.ts';
import { contentRows } from './screen-layout.ts';
import type { ListScreen } from './screens.ts';

/** By so many rows, by so many pages, or to an end. */
export type Move = { rows: number } | { pages: number } | { to: 'first' | 'last' };

/** Keys that move; those of vi and less among them. */
export const moves: Readonly<Record<string, Move>> = {
  up: { rows: -1 },
  down: { rows: 1 },
  k: { rows: -1 },
  j: { rows: 1 },
  'wheel-up': { rows: -3 },
  'wheel-down': { rows: 3 },
  pageup: { pages: -1 },
  pagedown: { pages: 1 },
  'ctrl-b': { pages: -1 },
  'ctrl-f': { pages: 1 },
  home: { to: 'first' },
  end: { to: 'last' },
  g: { to: 'first' },
  G: { to: 'last' },
};

export function moveIndex(
  index: number,
  move: Move,
  { count, page }: { count: number; page: number },
): number {
  if ('to' in move) return move.to === 'first' ? 0 : Math.max(0, count - 1);
  const by = 'rows' in move ? move.rows : move.pages * Math.max(1, page - 1);
  return Math.min(Math.max(0, count - 1), Math.max(0, index + by));
}

/** Where a text begins on the screen; the painter does not go beyond its end. */
export function scrollBy(top: number, move: Move, page: number): number {
  if ('to' in move) return move.to === 'first' ? 0 : Number.MAX_SAFE_INTEGER;
  return Math.max(0, top + ('rows' in move ? move.rows : move.pages * Math.max(1, page - 1)));
}

export function moveInList(
  ui: DashboardUi,
  screen: ListScreen,
  move: Move,
  data: DashboardData,
): DashboardUi {
  const { rows } = listRows(screen, data, ui.range);
  const index = Math.max(
    0,
    rows.findIndex(({ key }) => key === screen.list.selected),
  );
  const next = moveIndex(index, move, { count: rows.length, page: contentRows(ui, screen, data) });
  return withScreen(ui, { ...screen, list: { ...screen.list, selected: rows[next]?.key ?? null } });
}

/** Shows the chosen row, wherever data or keys have moved it; a row that is gone leaves its place to the next. */
export function settleList(ui: DashboardUi, data: DashboardData): DashboardUi {
  const screen = currentScreen(ui);
  if (!isListScreen(screen)) return ui;
  const { list } = screen;
  const { rows } = listRows(screen, data, ui.range);
  const found = rows.findIndex(({ key }) => key === list.selected);
  const index = found === -1 ? Math.min(list.top, Math.max(0, rows.length - 1)) : found;
  const height = contentRows(ui, screen, data);
  const lowest = Math.max(0, rows.length - height);
  const top = Math.min(lowest, Math.max(index - height + 1, Math.min(list.top, index)));
  const selected = list.selected === null ? null : (rows[index]?.key ?? list.selected);
  return top === list.top && selected === list.selected
    ? ui
    : withScreen(ui, { ...screen, list: { ...list, top, selected } });
}
