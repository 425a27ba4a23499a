import type { Instance } from '@rig-ops/contract/resources';
import { formatBytes } from '@rig-ops/kit/text';
import {
  errorPercent,
  formatAge,
  formatCount,
  formatLatency,
  formatPercent,
  latest,
  meanOfLast,
} from '../../logic/dashboard/figures.ts';
import type { Keyed } from '../../logic/dashboard/list-rows.ts';
import type { MetricsHistory, Point } from '../../logic/dashboard/metrics-history.ts';
import { sparkline } from '../../logic/dashboard/sparkline.ts';
import type { Look, Tone } from './look.ts';
import type { Column } from './table.ts';

const stateTones: Record<Instance['state'], Tone> = {
  starting: 'warn',
  running: 'good',
  stopping: 'warn',
  exited: 'dim',
  crashed: 'bad',
};

const healthTones: Record<Instance['health'], Tone> = { unknown: 'dim', healthy: 'good', unhealthy: 'bad' };

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
/** What the table of instances can show. */
export function instanceColumns(
  measured: MetricsHistory,
  now: number,
  look: Look,
): Column<Keyed<Instance>>[] {
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
  const rate = (name: string) => meanOfLast(measured.instance(name)?.requests, 5);
  return [
    {
      key: 'name',
      header: 'INSTANCE',
      width: 12,
      most: 24,
      priority: 100,
      cell: ({ item }) => ({ text: item.name, tone: 'strong' }),
    },
    {
      key: 'state',
      header: 'STATE',
      width: 8,
      priority: 95,
      cell: ({ item }) => ({ text: item.state, tone: stateTones[item.state] }),
    },
    {
      key: 'health',
      header: 'HEALTH',
      width: 9,
      priority: 80,
      cell: ({ item }) => ({ text: item.health, tone: healthTones[item.health] }),
    },
    {
      key: 'release',
      header: 'REL',
      width: 4,
      priority: 90,
      cell: ({ item }) => ({ text: `v${item.release}` }),
    },
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
    right('memory', 'MEM', 7, 76, ({ memoryBytes }) =>
      memoryBytes === null ? none : formatBytes(memoryBytes),
    ),
    trend('memory', 40, (name) => measured.instance(name)?.memory, 0),
    right('requests', 'REQ/S', 6, 74, ({ name }) => formatCount(rate(name))),
    trend('requests', 48, (name) => measured.instance(name)?.requests, 1),
    right('p95', 'P95', 6, 60, ({ name }) => formatLatency(latest(measured.instance(name)?.p95, 10))),
    right('errors', 'ERR', 5, 62, ({ name }) =>
      formatPercent(errorPercent(rate(name), meanOfLast(measured.instance(name)?.errors, 5))),
    ),
  ];
}
