import type { DashboardData } from './dashboard-data.ts';
import { type DashboardUi, withScreen } from './dashboard-ui.ts';
import { moveIndex, moves } from './move-selection.ts';
import type { Pressed } from './pressed.ts';
import { contentRows } from './screen-layout.ts';
import type { LogLevelChoice, LogScreen } from './screens.ts';

const SIDEWAYS = 20;
const levels: LogLevelChoice[] = ['all', 'warn', 'error'];

export function pressInLog(
  ui: DashboardUi,
  screen: LogScreen,
  key: string,
  data: DashboardData,
): Pressed | undefined {
  const change = (changed: Partial<LogScreen>): Pressed => ({
    ui: withScreen(ui, { ...screen, ...changed }),
  });
  switch (key) {
    case '/':
      return { ui: { ...ui, prompt: { kind: 'filter', text: screen.filter, before: screen.filter } } };
    case 'esc':
      return screen.filter === '' ? undefined : change({ filter: '', bottom: null });
    case 'v':
      return change({
        level: levels[(levels.indexOf(screen.level) + 1) % levels.length] ?? 'all',
        bottom: null,
      });
    case 'f':
    case 'G':
    case 'end':
      return { ui: withScreen({ ...ui, paused: false }, { ...screen, bottom: null }) };
    case 'w':
      return change({ wrap: !screen.wrap, left: 0 });
    case 'left':
      return change({ left: Math.max(0, screen.left - SIDEWAYS) });
    case 'right':
      return change({ left: screen.wrap ? 0 : screen.left + SIDEWAYS });
    case 'p':
    case ' ':
      return change({ bottom: screen.bottom === null ? (data.log.lines.at(-1)?.number ?? null) : null });
    case 'x':
      return { ui, effect: { kind: 'shell', app: screen.app, instance: screen.instance } };
    default:
      return scroll(ui, screen, key, data);
  }
}

/** Moving stays where it is while new lines come; at the end it follows again. */
function scroll(ui: DashboardUi, screen: LogScreen, key: string, data: DashboardData): Pressed | undefined {
  const move = moves[key];
  if (move === undefined) return undefined;
  const { lines } = data.log;
  const page = contentRows(ui, screen, data);
  const found = lines.findIndex(({ number }) => number === screen.bottom);
  const index = found === -1 ? (screen.bottom === null ? lines.length - 1 : 0) : found;
  const next = Math.max(
    moveIndex(index, move, { count: lines.length, page }),
    Math.min(lines.length, page) - 1,
  );
  const bottom = next >= lines.length - 1 ? null : (lines[next]?.number ?? null);
  return { ui: withScreen(ui, { ...screen, bottom }) };
}
