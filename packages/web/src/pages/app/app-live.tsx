import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { AppDetails, Instance, Metrics } from '@rig-ops/contract/resources';
import { makeMetrics, type Step, WINDOWS } from '../../data/metrics.ts';
import { mayInApp } from '../../data/may.ts';
import { useShared } from '../../data/use-resource.ts';
import { formatBytes, formatMs, formatNumber, formatPercent } from '../../logic/format.ts';
import { timesOf } from '../../logic/merge-metrics.ts';
import { Amount } from '../../parts/amount.tsx';
import { InstanceState } from '../../parts/app-state.tsx';
import { Chart } from '../../parts/chart.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Menu } from '../../parts/menu.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Since } from '../../parts/since.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { goTo } from '../../frame/place.ts';
import { RestartDialog } from './restart-dialog.tsx';

interface Row {
  readonly instance: Instance;
  readonly series: Metrics['instances'][number] | undefined;
}

/** What runs of an app, and how it has done. */
export function AppLive({ app, onDone }: { app: AppDetails; onDone: () => void }) {
  const { name } = app;
  const step = useSignal<Step>('1s');
  const metrics = useShared(useMemo(() => makeMetrics(step.value, name), [step.value, name])).data.value;
  const restarting = useSignal<string | null>(null);
  const series = metrics?.apps.find((entry) => entry.app === name);
  const times = metrics === null ? [] : timesOf(metrics);
  const none = metrics === null ? 'Loading…' : 'Nothing measured yet';
  const quiet = metrics === null ? none : 'No request in this time';
  const of = new Map(metrics?.instances.map((entry) => [entry.instance, entry]));
  const operate = mayInApp('app.operate', name);
  const shell = mayInApp('remote.shell', name);
  const columns = useMemo(
    () => instanceColumns(name, operate, shell, (instance) => (restarting.value = instance)),
    [name, operate, shell, restarting],
  );

  if (app.release === null) {
    return (
      <Empty
        icon="apps"
        title={`${name} has no release yet`}
        action={<code class="typed">rig deploy --app {name}</code>}
      >
        In the folder of its source, this builds it and makes it run here.
      </Empty>
    );
  }
  return (
    <div class="stack loose">
      <DataTable
        label="Instances"
        heading={<h2>Instances</h2>}
        columns={columns}
        rows={app.instances.map((instance): Row => ({ instance, series: of.get(instance.name) }))}
        keyOf={({ instance }) => instance.id}
        first={{ key: 'name', down: false }}
        empty={
          <Empty icon="scale" title="No instance runs">
            It is scaled to none, or all of them have ended.
          </Empty>
        }
      />
      <section class="stack" aria-label="Charts">
        <div class="row between wrap">
          <h2>Traffic and load</h2>
          <Segments
            label="How far back"
            options={WINDOWS}
            value={step.value}
            onPick={(value) => {
              step.value = value;
            }}
          />
        </div>
        <div class="charts">
          <Chart
            title="Requests a second"
            times={times}
            format={formatNumber}
            none={none}
            series={[
              { name: 'all', values: series?.requests ?? [] },
              { name: 'errors', values: series?.errors ?? [], colour: 3 },
            ]}
          />
          <Chart
            title="Latency"
            times={times}
            format={formatMs}
            none={quiet}
            series={[
              { name: 'p50', values: series?.p50 ?? [], colour: 4 },
              { name: 'p95', values: series?.p95 ?? [], colour: 1 },
              { name: 'p99', values: series?.p99 ?? [], colour: 2 },
            ]}
          />
          <Chart
            title="CPU, percent of a core"
            times={times}
            format={formatPercent}
            none={none}
            min={10}
            series={[{ name: 'all instances', values: series?.cpu ?? [] }]}
          />
          <Chart
            title="Memory"
            times={times}
            format={formatBytes}
            none={none}
            min={1024 * 1024}
            series={[{ name: 'all instances', values: series?.memory ?? [] }]}
          />
          <Chart
            title="Bytes a second"
            times={times}
            format={formatBytes}
            none={none}
            min={1024}
            series={[
              { name: 'in', values: series?.bytesIn ?? [], colour: 4 },
              { name: 'out', values: series?.bytesOut ?? [] },
            ]}
          />
          <Chart
            title="Instances that run"
            times={times}
            format={formatNumber}
            none={none}
            min={2}
            series={[{ name: 'running', values: series?.instances ?? [], colour: 4 }]}
          />
        </div>
      </section>
      {restarting.value !== null && (
        <RestartDialog
          app={app}
          instance={restarting.value}
          onClose={() => {
            restarting.value = null;
          }}
          onDone={onDone}
        />
      )}
    </div>
  );
}

const upSince = ({ state, startedAt }: Instance): string | null =>
  state === 'crashed' || state === 'exited' ? null : startedAt;

const RECENT = 10;
const latest = (values: readonly (number | null)[] | undefined) =>
  values?.slice(-RECENT).findLast((value) => value !== null) ?? null;

function instanceColumns(
  app: string,
  operate: boolean,
  shell: boolean,
  onRestart: (instance: string) => void,
): Column<Row>[] {
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: 'Instance',
      sort: ({ instance }) => instance.name,
      render: ({ instance }) => <span class="lead num">{instance.name}</span>,
    },
    {
      key: 'state',
      title: 'State',
      sort: ({ instance }) => `${instance.state} ${instance.health}`,
      render: ({ instance }) => <InstanceState instance={instance} />,
    },
    {
      key: 'release',
      title: 'Release',
      figure: true,
      priority: 2,
      sort: ({ instance }) => instance.release,
      render: ({ instance }) => <span class="num">v{instance.release}</span>,
    },
    {
      key: 'up',
      title: 'Up',
      figure: true,
      priority: 2,
      sort: ({ instance }) => upSince(instance),
      render: ({ instance }) => <Since at={upSince(instance)} />,
    },
    {
      key: 'restarts',
      title: 'Restarts',
      figure: true,
      priority: 3,
      sort: ({ instance }) => instance.restarts,
      render: ({ instance }) => <Amount value={instance.restarts} />,
    },
    {
      key: 'cpu',
      title: 'CPU',
      figure: true,
      priority: 2,
      sort: ({ instance }) => instance.cpuPercent,
      render: ({ instance }) => <Amount value={instance.cpuPercent} unit="percent" />,
    },
    {
      key: 'memory',
      title: 'Memory',
      figure: true,
      sort: ({ instance }) => instance.memoryBytes,
      render: ({ instance }) => <Amount value={instance.memoryBytes} unit="bytes" />,
    },
    {
      key: 'requests',
      title: 'Req/s',
      figure: true,
      priority: 2,
      sort: ({ series }) => latest(series?.requests),
      render: ({ series }) => <Amount value={latest(series?.requests)} />,
    },
    {
      key: 'course',
      title: 'Requests',
      priority: 3,
      render: ({ series }) => <Sparkline values={series?.requests.slice(-60) ?? []} />,
    },
    {
      key: 'p95',
      title: 'p95',
      figure: true,
      priority: 3,
      sort: ({ series }) => latest(series?.p95),
      render: ({ series }) => <Amount value={latest(series?.p95)} unit="ms" />,
    },
  ];
  if (!operate && !shell) return columns;
  return [
    ...columns,
    {
      key: 'menu',
      title: '',
      figure: true,
      render: ({ instance }) => (
        <Menu
          label={`Actions of ${instance.name}`}
          entries={[
            ...(operate
              ? [{ text: 'Restart', icon: 'restart' as const, onPick: () => onRestart(instance.name) }]
              : []),
            ...(shell
              ? [
                  {
                    text: 'Shell',
                    icon: 'terminal' as const,
                    onPick: () => goTo('terminal', [app, instance.name]),
                  },
                ]
              : []),
          ]}
        />
      ),
    },
  ];
}
