import type { DashboardData } from './dashboard-data.ts';
import { type Action, currentScreen, type DashboardUi, withScreen } from './dashboard-ui.ts';
import { isListScreen } from './list-rows.ts';
import { moveInList, type Move, moves, scrollBy } from './move-selection.ts';
import { pressInLog } from './press-in-log.ts';
import { pressInPrompt } from './press-in-prompt.ts';
import {
  pressOnApps,
  pressOnSessions,
  pressOnInstances,
  pressOnRelease,
  pressOnReleases,
} from './press-on-row.ts';
import type { Pressed } from './pressed.ts';
import { contentRows } from './screen-layout.ts';
import { freshList, freshScreen, tabs } from './screens.ts';

const ranges = ['1s', '10s', '60s'] as const;

/**
 * What a key does. Keys are single characters, or `up`, `down`, `left`, `right`, `pageup`, `pagedown`, `home`, `end`,
 * `enter`, `esc`, `tab`, `backspace`, `ctrl-c`, `ctrl-u`, `ctrl-z`.
 */
export function pressKey(ui: DashboardUi, key: string, data: DashboardData): Pressed {
  if (key === 'ctrl-c') return { ui, effect: { kind: 'quit', interrupted: true } };
  if (key === 'ctrl-z') return { ui, effect: { kind: 'suspend' } };
  if (ui.prompt !== null) return pressInPrompt(ui, ui.prompt, key);
  if (ui.confirmation !== null) return answer(ui, ui.confirmation.action, key);
  if (ui.help) return { ui: { ...ui, help: false } };
  const bare = ui.notice === null ? ui : { ...ui, notice: null };
  return pressOnScreen(bare, key, data) ?? pressEverywhere(bare, key) ?? { ui: bare };
}

function answer(ui: DashboardUi, action: Action, key: string): Pressed {
  const asked = { ...ui, confirmation: null };
  if (key === 'y' || key === 'Y') return { ui: asked, effect: { kind: 'act', action } };
  return ['n', 'N', 'esc', 'enter', 'q'].includes(key) ? { ui: asked } : { ui };
}

function pressOnScreen(ui: DashboardUi, key: string, data: DashboardData): Pressed | undefined {
  const screen = currentScreen(ui);
  if (screen.kind === 'logs') {
    const pressed = pressInLog(ui, screen, key, data);
    if (pressed !== undefined) return pressed;
  }
  if (isListScreen(screen)) {
    const move = moves[key];
    if (move !== undefined) return { ui: moveInList(ui, screen, move, data) };
    if (key === '/') {
      const { filter } = screen.list;
      return { ui: { ...ui, prompt: { kind: 'filter', text: filter, before: filter } } };
    }
    if (key === 'esc' && screen.list.filter !== '') {
      return { ui: withScreen(ui, { ...screen, list: { ...screen.list, filter: '' } }) };
    }
  }
  switch (screen.kind) {
    case 'apps':
      return pressOnApps(ui, screen, key, data);
    case 'app':
      return screen.tab === 'instances'
        ? pressOnInstances(ui, screen, key, data)
        : pressOnReleases(ui, screen, key, data);
    case 'sessions':
      return pressOnSessions(ui, screen, key, data);
    case 'events':
      return openEvent(ui, key, data);
    case 'audit':
      return key === 'r' ? { ui, effect: { kind: 'reload' } } : undefined;
    case 'release':
      return pressOnRelease(ui, screen, key) ?? scroll(ui, key, data);
    case 'overview':
      return scroll(ui, key, data);
    case 'logs':
      break;
  }
  return undefined;
}

function openEvent(ui: DashboardUi, key: string, data: DashboardData): Pressed | undefined {
  const screen = currentScreen(ui);
  if (key !== 'enter' || screen.kind !== 'events') return undefined;
  const event = data.events.find(({ id }) => String(id) === screen.list.selected);
  const app = event?.app ?? null;
  if (app === null || data.status?.apps.every(({ name }) => name !== app) === true) return { ui };
  return { ui: open(ui, { kind: 'app', app, tab: 'instances', list: freshList }) };
}

function scroll(ui: DashboardUi, key: string, data: DashboardData): Pressed | undefined {
  const screen = currentScreen(ui);
  const move: Move | undefined = moves[key];
  if (move === undefined || (screen.kind !== 'overview' && screen.kind !== 'release')) return undefined;
  const top = scrollBy(screen.top, move, contentRows(ui, screen, data));
  return { ui: withScreen(ui, { ...screen, top }) };
}

function pressEverywhere(ui: DashboardUi, key: string): Pressed | undefined {
  const tab = tabs[Number(key) - 1];
  if (tab !== undefined) return { ui: { ...ui, screens: [freshScreen(tab)] } };
  switch (key) {
    case 'q':
      return { ui, effect: { kind: 'quit', interrupted: false } };
    case '?':
    case 'h':
      return { ui: { ...ui, help: true } };
    case 'p':
    case ' ':
      return { ui: { ...ui, paused: !ui.paused } };
    case 't': {
      const range = ranges[(ranges.indexOf(ui.range) + 1) % ranges.length] ?? '1s';
      return { ui: { ...ui, range } };
    }
    case 'esc':
    case 'backspace':
      return { ui: goBack(ui) };
    default:
      return undefined;
  }
}

/** To the screen before; from one that has none to the apps. */
function goBack(ui: DashboardUi): DashboardUi {
  const [first, ...rest] = ui.screens;
  if (rest.length > 0) return { ...ui, screens: [first, ...rest.slice(0, -1)], paused: false };
  return first.kind === 'apps' ? ui : { ...ui, screens: [freshScreen('apps')] };
}

function open(ui: DashboardUi, screen: DashboardUi['screens'][number]): DashboardUi {
  return { ...ui, screens: [...ui.screens, screen] };
}
