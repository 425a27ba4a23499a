import type { DashboardData } from './dashboard-data.ts';
import { type Action, type DashboardUi, withScreen } from './dashboard-ui.ts';
import { findApp, listRows } from './list-rows.ts';
import type { Pressed } from './pressed.ts';
import { appSorts, beginsWithMost, freshList, type ListScreen, logScreen, type Screen } from './screens.ts';

type Of<K extends Screen['kind']> = Extract<Screen, { kind: K }>;

/** The key of the row that is chosen: the first where none was chosen, or where it is gone. */
function selectedKey(screen: ListScreen, data: DashboardData): string | null {
  const { rows } = listRows(screen, data, '1s');
  const { selected } = screen.list;
  return rows.some(({ key }) => key === selected) ? selected : (rows[0]?.key ?? null);
}

const open = (ui: DashboardUi, screen: Screen): Pressed => ({
  ui: { ...ui, screens: [...ui.screens, screen] },
});

const ask = (ui: DashboardUi, question: string, action: Action): Pressed => ({
  ui: { ...ui, confirmation: { question, action } },
});

const say = (ui: DashboardUi, text: string): Pressed => ({ ui: { ...ui, notice: { tone: 'plain', text } } });

export function pressOnApps(
  ui: DashboardUi,
  screen: Of<'apps'>,
  key: string,
  data: DashboardData,
): Pressed | undefined {
  if (key === 's') {
    const sort = appSorts[(appSorts.indexOf(screen.sort) + 1) % appSorts.length] ?? 'name';
    return { ui: withScreen(ui, { ...screen, sort, descending: beginsWithMost.has(sort) }) };
  }
  if (key === 'S') return { ui: withScreen(ui, { ...screen, descending: !screen.descending }) };
  const app = selectedKey(screen, data);
  if (app === null) return undefined;
  if (key === 'enter' || key === 'right')
    return open(ui, { kind: 'app', app, tab: 'instances', list: freshList });
  return pressOnApp(ui, key, app);
}

function pressOnApp(ui: DashboardUi, key: string, app: string): Pressed | undefined {
  switch (key) {
    case 'l':
      return open(ui, logScreen(app, null));
    case 'e':
      return open(ui, { kind: 'events', list: freshList, app });
    case 'x':
      return { ui, effect: { kind: 'shell', app, instance: null } };
    case 'R':
      return ask(ui, `Restart every instance of ${app}?`, { kind: 'restart', app, instance: null });
    default:
      return undefined;
  }
}

export function pressOnInstances(
  ui: DashboardUi,
  screen: Of<'app'>,
  key: string,
  data: DashboardData,
): Pressed | undefined {
  const { app } = screen;
  if (key === 'tab') return { ui: withScreen(ui, { ...screen, tab: 'releases', list: freshList }) };
  const id = selectedKey(screen, data);
  const instance = findApp(data, app)?.instances.find((each) => each.id === id);
  if (key === 'C') return askForScale(ui, app, instance?.process, data);
  if (instance === undefined) return pressOnApp(ui, key, app);
  switch (key) {
    case 'enter':
    case 'right':
      return open(ui, logScreen(app, instance.name));
    case 'x':
      return { ui, effect: { kind: 'shell', app, instance: instance.name } };
    case 'R':
      return ask(ui, `Restart ${app} ${instance.name}?`, { kind: 'restart', app, instance: instance.name });
    default:
      return pressOnApp(ui, key, app);
  }
}

function askForScale(
  ui: DashboardUi,
  app: string,
  process: string | undefined,
  data: DashboardData,
): Pressed | undefined {
  const processes = findApp(data, app)?.processes ?? [];
  const chosen = processes.find(({ name }) => name === process) ?? processes[0];
  if (chosen === undefined)
    return say(ui, `${app} has no process that could be scaled: nothing is deployed.`);
  const text = String(chosen.instances);
  return { ui: { ...ui, prompt: { kind: 'scale', app, process: chosen.name, text } } };
}

export function pressOnReleases(
  ui: DashboardUi,
  screen: Of<'app'>,
  key: string,
  data: DashboardData,
): Pressed | undefined {
  const { app } = screen;
  if (key === 'tab') return { ui: withScreen(ui, { ...screen, tab: 'instances', list: freshList }) };
  const version = Number(selectedKey(screen, data) ?? 0);
  if (version > 0 && (key === 'enter' || key === 'right')) {
    return open(ui, { kind: 'release', app, version, top: 0 });
  }
  if (version > 0 && key === 'B') return askForRollback(ui, app, version);
  return pressOnApp(ui, key, app);
}

export function pressOnRelease(ui: DashboardUi, screen: Of<'release'>, key: string): Pressed | undefined {
  return key === 'B' ? askForRollback(ui, screen.app, screen.version) : undefined;
}

function askForRollback(ui: DashboardUi, app: string, version: number): Pressed {
  const question = `Make a new release of ${app} with the content of v${version}?`;
  return ask(ui, question, { kind: 'rollback', app, version });
}

export function pressOnSessions(
  ui: DashboardUi,
  screen: Of<'sessions'>,
  key: string,
  data: DashboardData,
): Pressed | undefined {
  const session = selectedKey(screen, data);
  if (session === null) return undefined;
  if (key === 'enter' || key === 'right') return { ui, effect: { kind: 'attach', session } };
  if (key !== 'K') return undefined;
  return ask(ui, `End session ${session} and everything it has started?`, { kind: 'kill-session', session });
}
