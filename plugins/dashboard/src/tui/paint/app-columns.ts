import { formatBytes } from '@rig-ops/kit/text';
import type { AppRow, Condition } from '../../logic/dashboard/app-rows.ts';
import { formatAge, formatCount, formatLatency, formatPercent } from '../../logic/dashboard/figures.ts';
import type { Point } from '../../logic/dashboard/metrics-history.ts';
import { sparkline } from '../../logic/dashboard/sparkline.ts';
import type { Look, Tone } from './look.ts';
import type { Column } from './table.ts';

const conditionTones: Record<Condition, Tone> = {
  running: 'good',
  degraded: 'bad',
  unhealthy: 'bad',
  deploying: 'warn',
  empty: 'dim',
};

export const conditionSigns: Record<Condition, string> = {
  running: '●',
  degraded: '▲',
  unhealthy: '▲',
  deploying: '⟳',
  empty: '·',
};

export function conditionTone(condition: Condition): Tone {
  return conditionTones[condition];
}

/** What the table of apps can show, from left to right; the priority says what stays where it is narrow. */
export function appColumns(rows: readonly AppRow[], now: number, look: Look): Column<AppRow>[] {
  const longest = Math.max(6, ...rows.map(({ key }) => key.length));
  const networks = new Set(rows.map(({ network }) => network));
  const trend = (
    key: string,
    priority: number,
    points: (row: AppRow) => readonly Point[] | undefined,
    top: number,
  ): Column<AppRow> => ({
    key: `${key}-trend`,
    header: '',
    width: 8,
    most: 24,
    priority,
    cell: (row, width) => ({
      text: sparkline(points(row), { width, levels: look.levels, top }),
      tone: 'accent',
    }),
  });
  return [
    {
      key: 'name',
      header: 'APP',
      width: Math.min(longest, 14),
      most: Math.min(longest, 40),
      priority: 100,
      cell: ({ key }) => ({ text: key, tone: 'strong' }),
    },
    {
      key: 'status',
      header: 'STATUS',
      width: 11,
      priority: 95,
      cell: ({ condition }) => ({
        text: `${look.sign(conditionSigns[condition])} ${condition}`,
        tone: conditionTones[condition],
      }),
    },
    {
      key: 'release',
      header: 'REL',
      width: 4,
      priority: 60,
      cell: ({ release }) => ({ text: release === null ? look.sign('–') : `v${release}` }),
    },
    {
      key: 'age',
      header: 'AGE',
      width: 4,
      align: 'right',
      priority: 55,
      cell: ({ since }) => ({
        text: since === null ? look.sign('–') : formatAge(now - Date.parse(since)),
        tone: 'dim',
      }),
    },
    {
      key: 'instances',
      header: 'INST',
      width: 5,
      align: 'right',
      priority: 90,
      cell: ({ ready, wanted }) => ({ text: `${ready}/${wanted}`, tone: ready < wanted ? 'bad' : 'plain' }),
    },
    {
      key: 'restarts',
      header: 'RST',
      width: 4,
      align: 'right',
      priority: 65,
      cell: ({ restarts }) => ({ text: String(restarts), tone: restarts > 0 ? 'warn' : 'dim' }),
    },
    {
      key: 'cpu',
      header: 'CPU',
      width: 6,
      align: 'right',
      priority: 85,
      cell: ({ cpu }) => ({ text: formatPercent(cpu) }),
    },
    trend('cpu', 40, (row) => row.trend?.cpu, 10),
    {
      key: 'memory',
      header: 'MEM',
      width: 7,
      align: 'right',
      priority: 84,
      cell: ({ memory }) => ({ text: memory === null ? look.sign('–') : formatBytes(memory) }),
    },
    trend('memory', 30, (row) => row.trend?.memory, 0),
    {
      key: 'requests',
      header: 'REQ/S',
      width: 6,
      align: 'right',
      priority: 80,
      cell: ({ requests }) => ({ text: formatCount(requests) }),
    },
    trend('requests', 70, (row) => row.trend?.requests, 1),
    {
      key: 'p50',
      header: 'P50',
      width: 6,
      align: 'right',
      priority: 45,
      cell: ({ p50 }) => ({ text: formatLatency(p50) }),
    },
    {
      key: 'p95',
      header: 'P95',
      width: 6,
      align: 'right',
      priority: 75,
      cell: ({ p95 }) => ({ text: formatLatency(p95) }),
    },
    {
      key: 'p99',
      header: 'P99',
      width: 6,
      align: 'right',
      priority: 50,
      cell: ({ p99 }) => ({ text: formatLatency(p99) }),
    },
    trend('latency', 28, (row) => row.trend?.p95, 0),
    {
      key: 'errors',
      header: 'ERR',
      width: 5,
      align: 'right',
      priority: 78,
      cell: ({ errors }) => ({ text: formatPercent(errors), tone: (errors ?? 0) > 0 ? 'bad' : 'plain' }),
    },
    trend('errors', 26, (row) => row.trend?.errors, 1),
    ...(networks.size > 1
      ? [
          {
            key: 'network',
            header: 'NETWORK',
            width: 8,
            most: 16,
            priority: 35,
            cell: ({ network }: AppRow) => ({ text: network, tone: 'dim' as const }),
          },
        ]
      : []),
    {
      key: 'url',
      header: 'URL',
      width: 22,
      most: 40,
      priority: 20,
      cell: ({ url }) => ({ text: url ?? look.sign('–'), tone: 'dim' }),
    },
  ];
}
