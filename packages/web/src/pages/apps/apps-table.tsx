import { useMemo, useRef } from 'preact/hooks';
import { platformMetrics } from '../../data/metrics.ts';
import { status } from '../../data/status.ts';
import { useShared } from '../../data/use-resource.ts';
import { reuse } from '../../logic/reuse.ts';
import { hrefOf } from '../../logic/route.ts';
import { Amount } from '../../parts/amount.tsx';
import { AppState } from '../../parts/app-state.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Since } from '../../parts/since.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { type AppRow, appRows } from './app-row.ts';

const columns: readonly Column<AppRow>[] = [
  {
    key: 'app',
    title: 'App',
    sort: ({ app }) => app.name,
    render: ({ app }) => (
      <span class="row">
        <a class="lead" href={hrefOf('apps', [app.name])}>
          {app.name}
        </a>
        {app.lock !== null && (
          <span title={`Locked by ${app.lock.owner}`}>
            <Icon name="lock" size={12} />
            <span class="hidden-text">locked</span>
          </span>
        )}
      </span>
    ),
  },
  {
    key: 'status',
    title: 'Status',
    sort: ({ app }) => ['degraded', 'deploying', 'running', 'empty'].indexOf(app.status),
    render: ({ app }) => <AppState status={app.status} />,
  },
  {
    key: 'release',
    title: 'Release',
    figure: true,
    priority: 2,
    sort: ({ app }) => app.release,
    render: ({ app }) =>
      app.release === null ? <Amount value={null} /> : <span class="num">v{app.release}</span>,
  },
  {
    key: 'age',
    title: 'Up',
    figure: true,
    priority: 3,
    sort: (row) => upSince(row),
    render: (row) => <Since at={upSince(row)} />,
  },
  {
    key: 'ready',
    title: 'Ready',
    figure: true,
    sort: ({ ready, wanted }) => (wanted === 0 ? 1 : ready / wanted),
    render: ({ ready, wanted }) => (
      <span class={ready < wanted ? 'num short' : 'num'}>
        {ready}/{wanted}
      </span>
    ),
  },
  {
    key: 'restarts',
    title: 'Restarts',
    figure: true,
    priority: 3,
    sort: ({ restarts }) => restarts,
    render: ({ restarts }) => <Amount value={restarts} />,
  },
  {
    key: 'cpu',
    title: 'CPU',
    figure: true,
    priority: 2,
    sort: ({ cpu }) => cpu,
    render: ({ cpu }) => <Amount value={cpu} unit="percent" />,
  },
  {
    key: 'memory',
    title: 'Memory',
    figure: true,
    priority: 2,
    sort: ({ memory }) => memory,
    render: ({ memory }) => <Amount value={memory} unit="bytes" />,
  },
  {
    key: 'requests',
    title: 'Req/s',
    figure: true,
    sort: ({ requests }) => requests,
    render: ({ requests }) => <Amount value={requests} />,
  },
  {
    key: 'course',
    title: 'Last minute',
    priority: 2,
    render: ({ course }) => <Sparkline values={course} />,
  },
  {
    key: 'p95',
    title: 'p95',
    figure: true,
    priority: 3,
    sort: ({ p95 }) => p95,
    render: ({ p95 }) => <Amount value={p95} unit="ms" />,
  },
  {
    key: 'errors',
    title: 'Errors',
    figure: true,
    priority: 2,
    sort: ({ errorShare }) => errorShare,
    render: ({ errorShare }) => (
      <span class={(errorShare ?? 0) >= 1 ? 'short' : undefined}>
        <Amount value={errorShare} unit="percent" />
      </span>
    ),
  },
];

/** Since when what runs of the live release does. */
function upSince({ app }: AppRow): string | null {
  const live = app.instances.filter(({ release, state }) => release === app.release && state === 'running');
  return live.map(({ startedAt }) => startedAt).toSorted((a, b) => a.localeCompare(b))[0] ?? null;
}

const textOf = ({ app }: AppRow) => `${app.name} ${app.network} ${app.status} v${app.release ?? ''}`;
const keyOf = ({ app }: AppRow) => app.id;

/** Every app with its figures, live. */
export function AppsTable() {
  const state = useShared(status).data.value;
  const metrics = useShared(platformMetrics['1s']).data.value;
  const before = useRef<readonly AppRow[]>([]);
  const rows = useMemo(
    () => reuseRows(before.current, appRows(state?.apps ?? [], metrics)),
    [state, metrics],
  );
  before.current = rows;
  if (state === null) return <div class="skeleton" style={{ height: '240px' }} />;
  return (
    <DataTable
      label="Apps"
      heading={<h2>Apps</h2>}
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      textOf={textOf}
      first={{ key: 'app', down: false }}
      empty={
        <Empty icon="apps" title="No app is deployed yet" action={<code class="typed">rig deploy</code>}>
          In a folder with your source, this builds it and makes it run here.
        </Empty>
      }
    />
  );
}

/** Rows keep their identity where nothing of them has changed. */
function reuseRows(old: readonly AppRow[], next: readonly AppRow[]): readonly AppRow[] {
  const known = new Map(old.map((row) => [row.app.id, row]));
  return next.map((row) => reuse(known.get(row.app.id), row));
}
