import type { AppDetails, Instance, Release } from '@rig-ops/contract/resources';
import { formatBytes, formatRelativeTime } from '@rig-ops/kit/text';
import { describeApps } from '../../logic/dashboard/app-rows.ts';
import type { Loaded } from '../../logic/dashboard/dashboard-data.ts';
import {
  errorPercent,
  formatAge,
  formatCount,
  formatLatency,
  formatPercent,
  latest,
  meanOfLast,
} from '../../logic/dashboard/figures.ts';
import { findApp, type Keyed, listRows } from '../../logic/dashboard/list-rows.ts';
import type { MetricsHistory, Point } from '../../logic/dashboard/metrics-history.ts';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { Screen } from '../../logic/dashboard/screens.ts';
import { sparkline } from '../../logic/dashboard/sparkline.ts';
import { conditionSigns, conditionTone } from './app-columns.ts';
import { line, type Look, type Piece, split, type Tone } from './look.ts';
import type { Scene } from './scene.ts';
import { type Column, type Painted, paintTable } from './table.ts';

type AppScreen = Extract<Screen, { kind: 'app' }>;

/** One app: how it is, and its instances or releases. */
export function paintApp(scene: Scene, screen: AppScreen): Painted {
  const { ui, data, look } = scene;
  const { columns: width } = ui.size;
  const app = findApp(data, screen.app);
  if (app === undefined) {
    const said = data.status === null ? ' Waiting for the platform …' : ` There is no app ${screen.app} any more. Esc goes back.`;
    return { lines: [line([['plain', said]], width, look)], hits: new Map() };
  }
  const head = paintAppHead(scene, app, screen);
  const table = screen.tab === 'instances' ? instanceTable(scene, screen) : releaseTable(scene, screen);
  return {
    lines: [...head, ...table.lines],
    hits: new Map([...table.hits].map(([at, key]) => [at + head.length, key])),
  };
}

function paintAppHead({ ui, data, look, now }: Scene, app: AppDetails, screen: AppScreen): string[] {
  const { columns: width } = ui.size;
  const { histories } = data;
  const [row] = describeApps([app], {
    live: histories['1s'],
    settled: histories['10s'],
    trend: histories[ui.range],
  });
  if (row === undefined) return [];
  const { condition, trend } = row;
  const lock = app.lock === null ? [] : [['warn', `  locked by ${app.lock.owner}`] as Piece];
  const title: Piece[] = [
    ['strong', ` ${app.name} `],
    [conditionTone(condition), `${look.sign(conditionSigns[condition])} ${condition}`],
    ['plain', `  ${row.release === null ? 'no release yet' : `v${row.release}`}  ${row.ready}/${row.wanted} ready`],
    ['dim', `  ${app.processes.map(({ name, instances }) => `${name} ${instances}`).join(', ')}`],
    ...lock,
  ];
  const where: Piece[] = [['dim', `${app.url ?? 'no URL'}  network ${app.network} `]];
  // Each of the figures with what it was: as wide as there is room.
  const spark = Math.max(6, Math.min(30, Math.floor((width - 66) / 4)));
  const figure = (label: string, text: string, points: readonly Point[] | undefined, top: number): Piece[] => [
    ['dim', `  ${label} `],
    ['strong', text.padStart(6)],
    ['accent', ` ${sparkline(points, { width: spark, levels: look.levels, top })}`],
  ];
  return [
    split(title, where, width, look),
    line(
      [
        ...figure('req/s', formatCount(row.requests), trend?.requests, 1),
        ...figure('p95', formatLatency(row.p95), trend?.p95, 0),
        ...figure('cpu', formatPercent(row.cpu), trend?.cpu, 10),
        ...figure('mem', row.memory === null ? '–' : formatBytes(row.memory), trend?.memory, 0),
      ],
      width,
      look,
    ),
    line(
      [
        ['dim', '  err '],
        [(row.errors ?? 0) > 0 ? 'bad' : 'plain', formatPercent(row.errors)],
        ['dim', '  p50 '],
        ['plain', formatLatency(row.p50)],
        ['dim', '  p99 '],
        ['plain', formatLatency(row.p99)],
        ['dim', '  restarts '],
        [row.restarts > 0 ? 'warn' : 'plain', String(row.restarts)],
        ['dim', '  age '],
        ['plain', row.since === null ? '–' : formatAge(now - Date.parse(row.since))],
      ],
      width,
      look,
    ),
    line(
      [
        [screen.tab === 'instances' ? 'chosen' : 'plain', ` Instances ${app.instances.length} `],
        ['dim', look.sign('│')],
        [screen.tab === 'releases' ? 'chosen' : 'plain', ' Releases '],
        ['dim', screen.list.filter === '' ? '' : `  filter: ${screen.list.filter}`],
      ],
      width,
      look,
    ),
  ];
}

const stateTones: Record<Instance['state'], Tone> = {
  starting: 'warn',
  running: 'good',
  stopping: 'warn',
  exited: 'dim',
  crashed: 'bad',
};

const healthTones: Record<Instance['health'], Tone> = { unknown: 'dim', healthy: 'good', unhealthy: 'bad' };

function instanceTable({ ui, data, look, now }: Scene, screen: AppScreen): Painted {
  const list = listRows(screen, data, ui.range);
  if (list.kind !== 'instances') return { lines: [], hits: new Map() };
  return paintTable(
    {
      rows: list.rows,
      columns: instanceColumns(data.instances, now, look),
      keyOf: ({ key }) => key,
      selected: screen.list.selected,
      top: screen.list.top,
      height: contentRows(ui, screen, data),
      width: ui.size.columns,
    },
    look,
  );
}

function instanceColumns(measured: MetricsHistory, now: number, look: Look): Column<Keyed<Instance>>[] {
  const none = look.sign('–');
  const trend = (
    key: string,
    priority: number,
    of: (name: string) => readonly Point[] | undefined,
    top: number,
  ): Column<Keyed<Instance>> => ({
    key: `${key}-trend`,
    header: '',
    width: 8,
    most: 40,
    priority,
    cell: ({ item }, width) => ({
      text: sparkline(of(item.name), { width, levels: look.levels, top }),
      tone: 'accent',
    }),
  });
  const right = (
    key: string,
    header: string,
    width: number,
    priority: number,
    text: (instance: Instance) => string,
  ): Column<Keyed<Instance>> => ({
    key,
    header,
    width,
    priority,
    align: 'right',
    cell: ({ item }) => ({ text: text(item) }),
  });
  const rate = (name: string) => meanOfLast(measured.instance(name)?.requests, 5);
  return [
    { key: 'name', header: 'INSTANCE', width: 12, most: 24, priority: 100, cell: ({ item }) => ({ text: item.name, tone: 'strong' }) },
    { key: 'state', header: 'STATE', width: 8, priority: 95, cell: ({ item }) => ({ text: item.state, tone: stateTones[item.state] }) },
    { key: 'health', header: 'HEALTH', width: 9, priority: 80, cell: ({ item }) => ({ text: item.health, tone: healthTones[item.health] }) },
    { key: 'release', header: 'REL', width: 4, priority: 90, cell: ({ item }) => ({ text: `v${item.release}` }) },
    right('age', 'AGE', 4, 70, ({ startedAt }) => formatAge(now - Date.parse(startedAt))),
    {
      key: 'restarts',
      header: 'RST',
      width: 4,
      priority: 85,
      align: 'right',
      cell: ({ item }) => ({ text: String(item.restarts), tone: item.restarts > 0 ? 'warn' : 'dim' }),
    },
    right('exit', 'EXIT', 4, 50, ({ exitCode }) => (exitCode === null ? none : String(exitCode))),
    right('cpu', 'CPU', 6, 78, ({ cpuPercent }) => formatPercent(cpuPercent)),
    trend('cpu', 45, (name) => measured.instance(name)?.cpu, 10),
    right('memory', 'MEM', 7, 76, ({ memoryBytes }) => (memoryBytes === null ? none : formatBytes(memoryBytes))),
    trend('memory', 40, (name) => measured.instance(name)?.memory, 0),
    right('requests', 'REQ/S', 6, 74, ({ name }) => formatCount(rate(name))),
    trend('requests', 48, (name) => measured.instance(name)?.requests, 1),
    right('p95', 'P95', 6, 60, ({ name }) => formatLatency(latest(measured.instance(name)?.p95, 10))),
    right('errors', 'ERR', 5, 62, ({ name }) =>
      formatPercent(errorPercent(rate(name), meanOfLast(measured.instance(name)?.errors, 5))),
    ),
  ];
}

const releaseTones: Record<Release['status'], Tone> = {
  pending: 'warn',
  live: 'good',
  superseded: 'dim',
  failed: 'bad',
};

function releaseTable({ ui, data, look, now }: Scene, screen: AppScreen): Painted {
  const list = listRows(screen, data, ui.range);
  if (list.kind !== 'releases') return { lines: [], hits: new Map() };
  const table = paintTable(
    {
      rows: list.rows,
      columns: releaseColumns(now, look),
      keyOf: ({ key }) => key,
      selected: screen.list.selected,
      top: screen.list.top,
      height: contentRows(ui, screen, data),
      width: ui.size.columns,
    },
    look,
  );
  if (list.rows.length > 0) return table;
  return { ...table, lines: [...table.lines, line([['dim', ` ${emptyText(data.releases, 'No releases yet.')}`]], ui.size.columns, look)] };
}

/** What stands where there are no rows. */
export function emptyText(loaded: Loaded<unknown>, none: string): string {
  if (loaded.state === 'loading') return 'Reading …';
  return loaded.problem ?? (loaded.items.length > 0 ? 'None has what the filter says.' : none);
}

function releaseColumns(now: number, look: Look): Column<Keyed<Release>>[] {
  return [
    { key: 'version', header: 'RELEASE', width: 7, priority: 100, cell: ({ item }) => ({ text: `v${item.version}`, tone: 'strong' }) },
    { key: 'status', header: 'STATUS', width: 10, priority: 95, cell: ({ item }) => ({ text: item.status, tone: releaseTones[item.status] }) },
    {
      key: 'created',
      header: 'CREATED',
      width: 11,
      priority: 90,
      cell: ({ item }) => ({ text: formatRelativeTime(item.createdAt, new Date(now)) }),
    },
    { key: 'by', header: 'BY', width: 10, most: 16, priority: 70, cell: ({ item }) => ({ text: item.createdBy }) },
    { key: 'tags', header: 'TAGS', width: 8, most: 20, priority: 50, cell: ({ item }) => ({ text: item.tags.join(' ') || look.sign('–'), tone: 'dim' }) },
    { key: 'from', header: 'FROM', width: 6, priority: 60, cell: ({ item }) => ({ text: item.rollbackOf === null ? item.detector : `v${item.rollbackOf}`, tone: 'dim' }) },
    {
      key: 'message',
      header: 'MESSAGE',
      width: 16,
      most: 200,
      priority: 80,
      cell: ({ item }) =>
        item.failure === null
          ? { text: item.message ?? look.sign('–') }
          : { text: item.failure, tone: 'bad' },
    },
  ];
}
