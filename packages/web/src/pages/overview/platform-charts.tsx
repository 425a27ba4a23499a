import { useSignal } from '@preact/signals';
import { platformMetrics, type Step, WINDOWS } from '../../data/metrics.ts';
import { useShared } from '../../data/use-resource.ts';
import { mostOfSeries, sumSeries } from '../../logic/combine-series.ts';
import { formatBytes, formatMs, formatNumber, formatPercent } from '../../logic/format.ts';
import { timesOf } from '../../logic/merge-metrics.ts';
import { Chart } from '../../parts/chart.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Segments } from '../../parts/segments.tsx';

/** All apps together, over time. */
export function PlatformCharts() {
  const step = useSignal<Step>('1s');
  const resource = useShared(platformMetrics[step.value]);
  const metrics = resource.data.value;
  const apps = metrics?.apps ?? [];
  const times = metrics === null ? [] : timesOf(metrics);
  const platform = metrics?.platform ?? null;
  const none = metrics === null ? 'Loading…' : 'Nothing measured yet';
  return (
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
      {metrics === null && resource.error.value !== null && (
        <ErrorNote error={resource.error.value} retry={() => resource.refresh()} />
      )}
      <div class="charts">
        <Chart
          title="Requests a second"
          times={times}
          format={formatNumber}
          none={none}
          series={[
            { name: 'all', values: sumSeries(apps.map((app) => app.requests)) },
            { name: 'errors', values: sumSeries(apps.map((app) => app.errors)), colour: 3 },
          ]}
        />
        <Chart
          title="Latency, slowest app"
          times={times}
          format={formatMs}
          none={metrics === null ? none : 'No request in this time'}
          series={[
            { name: 'p50', values: mostOfSeries(apps.map((app) => app.p50)), colour: 4 },
            { name: 'p95', values: mostOfSeries(apps.map((app) => app.p95)), colour: 1 },
            { name: 'p99', values: mostOfSeries(apps.map((app) => app.p99)), colour: 2 },
          ]}
        />
        <Chart
          title="CPU, percent of a core"
          times={times}
          format={formatPercent}
          none={none}
          min={10}
          series={[
            { name: 'apps', values: sumSeries(apps.map((app) => app.cpu)) },
            ...(platform === null ? [] : [{ name: 'rigd', values: platform.cpu, colour: 4 as const }]),
          ]}
        />
        <Chart
          title="Memory"
          times={times}
          format={formatBytes}
          none={none}
          min={1024 * 1024}
          series={[
            { name: 'apps', values: sumSeries(apps.map((app) => app.memory)) },
            ...(platform === null ? [] : [{ name: 'rigd', values: platform.memory, colour: 4 as const }]),
          ]}
        />
      </div>
    </section>
  );
}
