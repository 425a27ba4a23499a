import type { AppDetails, Instance, Status } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import {
  formatBytes,
  formatRelativeTime,
  layOutTable,
  type TableColumn,
  textWidth,
  truncate,
} from '@rig-ops/kit/text';

import { ALL, type Look } from './look.ts';

type Style = Ui['style'];

/** From here on there is room for the processes of an app, its health apart from its status, and times. */
const WIDE = 120;
const SHORTEST_NAME = 10;

const narrow: TableColumn[] = [
  { key: 'name', header: 'APP' },
  { key: 'condition', header: 'STATUS' },
  { key: 'release', header: 'REL' },
  { key: 'count', header: 'INST' },
  { key: 'cpu', header: 'CPU', align: 'right' },
  { key: 'memory', header: 'MEMORY', align: 'right' },
  { key: 'url', header: 'URL' },
];
const wide: TableColumn[] = [
  { key: 'name', header: 'APP' },
  { key: 'status', header: 'STATUS' },
  { key: 'release', header: 'RELEASE' },
  { key: 'processes', header: 'INSTANCES' },
  { key: 'health', header: 'HEALTH' },
  { key: 'restarts', header: 'RESTARTS', align: 'right' },
  { key: 'cpu', header: 'CPU', align: 'right' },
  { key: 'memory', header: 'MEMORY', align: 'right' },
  { key: 'since', header: 'STARTED' },
  { key: 'url', header: 'URL' },
];

/** The table of apps, as wide as the terminal has room for; what is not as it should be comes first. */
export function renderApps(
  { apps, problems }: Pick<Status, 'apps' | 'problems'>,
  { most, now, style, width }: Look & { most: number | null },
): string[] {
  if (apps.length === 0) return ['No apps yet. Deploy the folder you are in: rig deploy'];
  const inOrder = sortApps(apps, problems);
  // A line that says that one more is there takes as much room as the one.
  const shown = most === null || inOrder.length <= most + 1 ? inOrder : inOrder.slice(0, most);
  const rows = shown.map((app) => describeApp(app, now, style));
  const columns = width >= WIDE ? wide : narrow;
  const header = (text: string) => style('dim', text);
  const lines = fitTable(rows, columns, width, header);
  if (shown.length === inOrder.length) return lines;
  return [...lines, `${describeRest(inOrder.slice(shown.length))}: ${style('strong', ALL)}`];
}

function fitTable(
  rows: readonly ({ name: string } & Record<string, unknown>)[],
  columns: TableColumn[],
  width: number,
  header: (text: string) => string,
): string[] {
  const whole = layOutTable(rows, columns, { header });
  const excess = Math.max(...whole.map(textWidth)) - width;
  if (excess <= 0) return whole;
  // The name gives way first: a URL that was cut is of no use.
  const longest = Math.max(...rows.map(({ name }) => name.length));
  const cut = Math.max(SHORTEST_NAME, longest - excess);
  const shortened = rows.map((row) => ({ ...row, name: truncate(row.name, cut) }));
  return layOutTable(shortened, columns, { width, header });
}

/** Those with problems, those that change, those that run, those that have nothing to run; by name within. */
function sortApps(apps: readonly AppDetails[], problems: Status['problems']): AppDetails[] {
  const troubled = new Set(problems.map(({ app }) => app));
  const rankOf = ({ name, status }: AppDetails): number => {
    if (troubled.has(name) || status === 'degraded') return 0;
    return { deploying: 1, running: 2, empty: 3 }[status];
  };
  return apps.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : 1));
}

function describeRest(rest: readonly AppDetails[]): string {
  const running = rest.filter(({ status }) => status === 'running').length;
  if (running === rest.length) return `… and ${running} more that run as they should`;
  return `… and ${rest.length} more, ${running} of which run as they should`;
}

function describeApp(app: AppDetails, now: Date, style: Style): { name: string } & Record<string, unknown> {
  const { name, release, url, processes } = app;
  const alive = app.instances.filter(({ state }) => state === 'running' || state === 'starting');
  const wanted = processes.reduce((total, process) => total + process.instances, 0);
  const health = overallHealth(alive);
  return {
    name,
    url,
    status: styleStatus(app.status, style),
    condition: health === 'unhealthy' ? style('bad', health) : styleStatus(app.status, style),
    release: release === null ? null : `v${release}`,
    count: `${countRunning(alive)}/${wanted}`,
    processes: processes
      .map((process) => `${process.name} ${runningOf(alive, process.name)}/${process.instances}`)
      .join(', '),
    health: styleHealth(health, style),
    restarts: app.instances.reduce((total, { restarts }) => total + restarts, 0),
    cpu: sumKnown(
      alive.map(({ cpuPercent }) => cpuPercent),
      (percent) => `${percent.toFixed(percent < 10 ? 1 : 0)}%`,
    ),
    memory: sumKnown(
      alive.map(({ memoryBytes }) => memoryBytes),
      formatBytes,
    ),
    since: newest(alive, now),
  };
}

function overallHealth(instances: Instance[]): Instance['health'] | null {
  for (const health of ['unhealthy', 'healthy', 'unknown'] as const) {
    if (instances.some((instance) => instance.health === health)) return health;
  }
  return null;
}

function countRunning(instances: Instance[]): number {
  return instances.filter(({ state }) => state === 'running').length;
}

function runningOf(instances: Instance[], process: string): number {
  return countRunning(instances.filter((instance) => instance.process === process));
}

/** Null, which shows as a dash, when nothing is known of any. */
function sumKnown(values: (number | null)[], format: (total: number) => string): string | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : format(known.reduce((total, value) => total + value, 0));
}

function newest(instances: Instance[], now: Date): string | null {
  const latest = instances
    .map(({ startedAt }) => startedAt)
    .toSorted()
    .at(-1);
  return latest === undefined ? null : formatRelativeTime(latest, now);
}

function styleStatus(status: AppDetails['status'], style: Style): string {
  if (status === 'running') return style('good', status);
  if (status === 'degraded') return style('bad', status);
  return status === 'deploying' ? style('warn', status) : style('dim', status);
}

function styleHealth(health: Instance['health'] | null, style: Style): string | null {
  if (health === null) return null;
  if (health === 'unknown') return style('dim', health);
  return style(health === 'healthy' ? 'good' : 'bad', health);
}
