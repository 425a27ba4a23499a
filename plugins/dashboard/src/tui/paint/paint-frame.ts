import { formatBytes } from '@rig-ops/kit/text';
import { currentScreen, type Prompt } from '../../logic/dashboard/dashboard-ui.ts';
import {
  errorPercent,
  formatAge,
  formatCount,
  formatLatency,
  formatPercent,
  latest,
  meanOfLast,
  sumKnown,
} from '../../logic/dashboard/figures.ts';
import { keyBindings } from '../../logic/dashboard/key-bindings.ts';
import { type Screen, tabs } from '../../logic/dashboard/screens.ts';
import { line, type Look, type Piece, split } from './look.ts';
import { problemText } from './problem-text.ts';
import { isStale, type Scene } from './scene.ts';

/** Title with the health of the platform, the screens there are, and the figures of the whole. */
export function paintHead(scene: Scene): string[] {
  const { ui, look } = scene;
  const { columns } = ui.size;
  return [
    split(
      [['strong', ' rig '], ['plain', `${scene.context}  `], ...healthPieces(scene)],
      statePieces(scene),
      columns,
      look,
    ),
    split(tabPieces(scene), placePieces(scene), columns, look),
    line(factPieces(scene), columns, look),
  ];
}

function healthPieces({ data, look, ui }: Scene): Piece[] {
  const { status } = data;
  if (status === null) return [['dim', data.problem ?? 'Waiting for the platform …']];
  const { problems } = status;
  if (problems.length === 0) return [['good', `${look.sign('●')} all is well`]];
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const isShown = currentScreen(ui).kind === 'apps' || currentScreen(ui).kind === 'overview';
  const [first] = problems;
  const what = isShown || first === undefined ? '' : `: ${problemText(first)}`;
  return [['bad', `${look.sign('▲')} ${count}${what}`]];
}

/** How current the picture is. */
function statePieces(scene: Scene): Piece[] {
  const { data, now, ui, look } = scene;
  if (data.status === null) return [];
  if (ui.paused) return [['warn', `${look.sign('‖')} paused, p goes on `]];
  if (isStale(scene)) {
    const age = now - data.statusAt;
    const why = data.problem === null ? 'no answer' : 'not reachable';
    return [['bad', `${why}: as of ${formatAge(age)} ago, trying again `]];
  }
  return [['dim', `${new Date(data.statusAt).toLocaleTimeString('en-GB')} `]];
}

function tabPieces({ ui, data, look }: Scene): Piece[] {
  const [first] = ui.screens;
  return tabs.flatMap((tab, index): Piece[] => {
    const name = `${tab.charAt(0).toUpperCase()}${tab.slice(1)}`;
    const count = tab === 'apps' ? ` ${data.status?.apps.length ?? ''}`.trimEnd() : '';
    const text = ` ${index + 1} ${name}${count} `;
    return [
      [first.kind === tab ? 'chosen' : 'plain', text],
      ['dim', index < tabs.length - 1 ? look.sign('│') : ''],
    ];
  });
}

/** The way to the screen that is shown. */
function placePieces({ ui, look }: Scene): Piece[] {
  const names = ui.screens.slice(1).map(nameOf);
  return names.length === 0 ? [] : [['strong', `${names.join(` ${look.sign('›')} `)} `]];
}

function nameOf(screen: Screen): string {
  switch (screen.kind) {
    case 'app':
      return screen.app;
    case 'release':
      return `v${screen.version}`;
    case 'logs':
      return screen.instance === null ? `${screen.app} logs` : `${screen.instance} logs`;
    case 'apps':
    case 'overview':
    case 'events':
    case 'sessions':
    case 'audit':
      break;
  }
  return screen.kind;
}

function factPieces(scene: Scene): Piece[] {
  const { data, ui } = scene;
  const now = isStale(scene) ? data.statusAt : scene.now;
  const { status, histories } = data;
  if (status === null) return [];
  const { platform, apps, sessions, drains, deploys } = status;
  const live = apps.map(({ name }) => histories['1s'].app(name));
  const settled = apps.map(({ name }) => histories['10s'].app(name));
  const requests = sumKnown(live.map((series) => meanOfLast(series?.requests, 5)));
  const errors = errorPercent(
    sumKnown(settled.map((series) => latest(series?.requests))),
    sumKnown(settled.map((series) => latest(series?.errors))),
  );
  const instances = apps.flatMap((app) => app.instances.filter(({ state }) => state === 'running'));
  const cpu = sumKnown(instances.map(({ cpuPercent }) => cpuPercent));
  const memory = sumKnown(instances.map(({ memoryBytes }) => memoryBytes));
  const facts: Fact[] = [
    ['', platform.engine],
    ['up ', formatAge(now - Date.parse(platform.startedAt))],
    ['req/s ', formatCount(requests)],
    ['err ', formatPercent(errors), (errors ?? 0) > 0 ? 'bad' : 'plain'],
    ['cpu ', formatPercent(cpu)],
    ['mem ', memory === null ? '–' : formatBytes(memory)],
    ...(deploys.length > 0 ? [['deploys ', String(deploys.length), 'warn'] satisfies Fact] : []),
    ['sessions ', String(sessions.running)],
    [
      'rigd ',
      `${formatPercent(meanOfLast(histories['1s'].platform?.cpu, 5))} ${formatBytes(platform.memoryBytes)}`,
    ],
    ['loop ', formatLatency(latest(histories['1s'].platform?.eventLoop, 3))],
    ['disk free ', formatBytes(platform.diskFreeBytes)],
    ...drainFact(drains),
  ];
  return factsThatFit(facts, ui.size.columns);
}

type Fact = [label: string, text: string, tone?: Piece[0]];

/** No fact is cut: one that has no room is left out, and with it what follows. */
function factsThatFit(facts: readonly Fact[], width: number): Piece[] {
  const pieces: Piece[] = [['plain', ' ']];
  let used = 1;
  for (const [index, [label, text, tone = 'plain']] of facts.entries()) {
    const before = index === 0 ? label : `  ${label}`;
    used += before.length + text.length;
    if (used > width) break;
    pieces.push(['dim', before], [tone, text]);
  }
  return pieces;
}

function drainFact(drains: { state: string }[] | null): Fact[] {
  if (drains === null || drains.length === 0) return [];
  const failing = drains.filter(({ state }) => state === 'failing').length;
  return failing > 0
    ? [['drains ', `${failing} failing`, 'bad']]
    : [['drains ', `${drains.length} ok`, 'plain']];
}

/** What was done last, and what can be typed. */
export function paintFoot(scene: Scene): string[] {
  const { ui, look } = scene;
  const { columns } = ui.size;
  const notice = ui.notice === null ? [] : [line([[ui.notice.tone, ` ${ui.notice.text}`]], columns, look)];
  return [...notice, footLine(scene)];
}

function footLine({ ui, look }: Scene): string {
  const { columns } = ui.size;
  if (ui.confirmation !== null) {
    return line(
      [
        ['warn', ` ${ui.confirmation.question} `],
        ['strong', 'y'],
        ['plain', ' yes  '],
        ['strong', 'n'],
        ['plain', ' no'],
      ],
      columns,
      look,
    );
  }
  if (ui.prompt !== null) return promptLine(ui.prompt, columns, look);
  if (ui.help) return line([['dim', ' any key goes back']], columns, look);
  const { own, general } = keyBindings(currentScreen(ui));
  const short = [...own, ...general.filter(({ hint }) => hint !== 'move' && hint !== 'screens')];
  // What has no room goes from the middle: help and quit stay.
  const last = short.slice(-2);
  let room = columns - 1 - widthOf(last, look);
  const first = short.slice(0, -2).filter((binding) => {
    const width = widthOf([binding], look);
    if (room < width) {
      room = 0;
      return false;
    }
    room -= width;
    return true;
  });
  const pieces = [...first, ...last].flatMap(({ keys, hint }): Piece[] => [
    ['strong', ` ${look.sign(keys)}`],
    ['dim', ` ${hint} `],
  ]);
  return line(pieces, columns, look);
}

function widthOf(bindings: readonly { keys: string; hint: string }[], look: Look): number {
  return bindings.reduce((sum, { keys, hint }) => sum + look.sign(keys).length + hint.length + 3, 0);
}

function promptLine(prompt: Prompt, width: number, look: Look): string {
  const label = prompt.kind === 'filter' ? ' /' : ` Instances of ${prompt.app} ${prompt.process}: `;
  return split(
    [
      ['strong', label],
      ['plain', prompt.text],
      ['chosen', ' '],
    ],
    [['dim', 'Enter takes it, Esc leaves it as it was ']],
    width,
    look,
  );
}
