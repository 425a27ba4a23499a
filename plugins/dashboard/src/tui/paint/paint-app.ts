import type { AppDetails } from '@rig-ops/contract/resources';
import { formatBytes } from '@rig-ops/kit/text';
import { describeApps } from '../../logic/dashboard/app-rows.ts';
import { formatAge, formatCount, formatLatency, formatPercent } from '../../logic/dashboard/figures.ts';
import { findApp, listRows } from '../../logic/dashboard/list-rows.ts';
import type { Point } from '../../logic/dashboard/metrics-history.ts';
import { contentRows } from '../../logic/dashboard/screen-layout.ts';
import type { Screen } from '../../logic/dashboard/screens.ts';
import { sparkline } from '../../logic/dashboard/sparkline.ts';
import { conditionSigns, conditionTone } from './app-columns.ts';
import { emptyText } from './empty-text.ts';
import { instanceColumns } from './instance-columns.ts';
import { line, type Piece, split } from './look.ts';
import { releaseColumns } from './release-columns.ts';
import type { Scene } from './scene.ts';
import { type Painted, paintTable } from './table.ts';

type AppScreen = Extract<Screen, { kind: 'app' }>;

/** One app: how it is, and its instances or releases. */
export function paintApp(scene: Scene, screen: AppScreen): Painted {
  const { ui, data, look } = scene;
  const { columns: width } = ui.size;
  const app = findApp(data, screen.app);
  if (app === undefined) {
    const said =
      data.status === null
        ? ' Waiting for the platform …'
        : ` There is no app ${screen.app} any more. Esc goes back.`;
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
    [
      'plain',
      `  ${row.release === null ? 'no release yet' : `v${row.release}`}  ${row.ready}/${row.wanted} ready`,
    ],
    ['dim', `  ${app.processes.map(({ name, instances }) => `${name} ${instances}`).join(', ')}`],
    ...lock,
  ];
  const where: Piece[] = [['dim', `${app.url ?? 'no URL'}  network ${app.network} `]];
  // Each of the figures with what it was: as wide as there is room.
  const spark = Math.max(6, Math.min(30, Math.floor((width - 66) / 4)));
  const figure = (
    label: string,
    text: string,
    points: readonly Point[] | undefined,
    top: number,
  ): Piece[] => [
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
  return {
    ...table,
    lines: [
      ...table.lines,
      line([['dim', ` ${emptyText(data.releases, 'No releases yet.')}`]], ui.size.columns, look),
    ],
  };
}
