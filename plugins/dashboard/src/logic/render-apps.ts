import type { AppDetails, Instance } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import {
  formatBytes,
  formatRelativeTime,
  layOutTable,
  type TableColumn,
  textWidth,
  truncate,
} from '@rig-ops/kit/text';

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

/** The table of apps, as wide as the terminal has room for. */
export function renderApps(
  apps: AppDetails[],
  { width, now, style }: { width: number; now: Date; style: Style },
): string[] {
  if (apps.length === 0) return ['No apps yet. Deploy the folder you are in: rig deploy'];
  const rows = apps.map((app) => describeApp(app, now, style));
  const columns = width >= WIDE ? wide : narrow;
  const header = (text: string) => style('dim', text);
  const whole = layOutTable(rows, columns, { header });
  const excess = Math.max(...whole.map(textWidth)) - width;
  if (excess <= 0) return whole;
  // The name gives way first: a URL that was cut is of no use.
  const longest = Math.max(...apps.map(({ name }) => name.length));
  const cut = Math.max(SHORTEST_NAME, longest - excess);
  const shortened = rows.map((row) => ({ ...row, name: truncate(row.name, cut) }));
  return layOutTable(shortened, columns, { width, header });
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
