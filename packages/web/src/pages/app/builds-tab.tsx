import { useMemo } from 'preact/hooks';
import type { AppDetails, Build } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { useResource } from '../../data/use-resource.ts';
import { formatSeconds } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';

const tones: Record<Build['status'], Tone> = {
  pending: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'none',
};

const columns: readonly Column<Build>[] = [
  {
    key: 'id',
    title: 'Build',
    render: ({ id }) => (
      <a class="lead mono" href={hrefOf('logs', ['build', id])}>
        {id}
        <span class="hidden-text">: its log</span>
      </a>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    sort: ({ status }) => status,
    render: ({ status, position }) => (
      <Badge tone={tones[status]}>
        {status}
        {position !== null && `, number ${position}`}
      </Badge>
    ),
  },
  {
    key: 'detector',
    title: 'Source',
    priority: 2,
    sort: ({ detector }) => detector,
    render: ({ detector, failure }) => (
      <span class="clip">{failure ?? detector ?? <span class="faint">not known yet</span>}</span>
    ),
  },
  {
    key: 'took',
    title: 'Took',
    figure: true,
    priority: 2,
    sort: (build) => secondsOf(build),
    render: (build) => {
      const seconds = secondsOf(build);
      return <span class="num">{seconds === null ? '–' : formatSeconds(seconds)}</span>;
    },
  },
  {
    key: 'at',
    title: 'Begun',
    figure: true,
    sort: ({ createdAt }) => createdAt,
    render: ({ createdAt }) => <Since at={createdAt} ago />,
  },
];

function secondsOf({ startedAt, endedAt }: Build): number | null {
  return startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

const textOf = ({ id, status, detector, failure }: Build) =>
  `${id} ${status} ${detector ?? ''} ${failure ?? ''}`;
const keyOf = ({ id }: Build) => id;

export function BuildsTab({ app }: { app: AppDetails }) {
  const builds = useResource(
    (signal) => call('listBuilds', { params: { app: app.name }, query: { limit: 100 }, signal }),
    [app.name, app.status],
    { everyMs: 5000 },
  );
  const empty = useMemo(
    () => (
      <Empty icon="logs" title="No build yet">
        Every deploy of new source makes one; its log is kept.
      </Empty>
    ),
    [],
  );
  return (
    <Waiting of={builds} height={240}>
      {(list) => (
        <DataTable
          label="Builds"
          columns={columns}
          rows={list.builds}
          keyOf={keyOf}
          textOf={textOf}
          empty={empty}
        />
      )}
    </Waiting>
  );
}
