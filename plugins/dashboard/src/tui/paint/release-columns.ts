import type { Release } from '@rig-ops/contract/resources';
import { formatRelativeTime } from '@rig-ops/kit/text';
import type { Keyed } from '../../logic/dashboard/list-rows.ts';
import type { Look, Tone } from './look.ts';
import type { Column } from './table.ts';

const releaseTones: Record<Release['status'], Tone> = {
  pending: 'warn',
  live: 'good',
  superseded: 'dim',
  failed: 'bad',
};

/** What the table of releases can show. */
export function releaseColumns(now: number, look: Look): Column<Keyed<Release>>[] {
  return [
    {
      key: 'version',
      header: 'RELEASE',
      width: 7,
      priority: 100,
      cell: ({ item }) => ({ text: `v${item.version}`, tone: 'strong' }),
    },
    {
      key: 'status',
      header: 'STATUS',
      width: 10,
      priority: 95,
      cell: ({ item }) => ({ text: item.status, tone: releaseTones[item.status] }),
    },
    {
      key: 'created',
      header: 'CREATED',
      width: 11,
      priority: 90,
      cell: ({ item }) => ({ text: formatRelativeTime(item.createdAt, new Date(now)) }),
    },
    {
      key: 'by',
      header: 'BY',
      width: 10,
      most: 16,
      priority: 70,
      cell: ({ item }) => ({ text: item.createdBy }),
    },
    {
      key: 'tags',
      header: 'TAGS',
      width: 8,
      most: 20,
      priority: 50,
      cell: ({ item }) => ({ text: item.tags.join(' ') || look.sign('–'), tone: 'dim' }),
    },
    {
      key: 'from',
      header: 'FROM',
      width: 6,
      priority: 60,
      cell: ({ item }) => ({
        text: item.rollbackOf === null ? item.detector : `v${item.rollbackOf}`,
        tone: 'dim',
      }),
    },
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
