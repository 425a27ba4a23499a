import type { Status } from '@rig-ops/contract/resources';
import { platformMetrics } from '../../data/metrics.ts';
import { useShared } from '../../data/use-resource.ts';
import { figuresOf, trafficOf } from '../../logic/app-figures.ts';
import { sumSeries } from '../../logic/combine-series.ts';
import { formatBytes, formatMs, formatNumber, formatPercent } from '../../logic/format.ts';
import { Sparkline } from '../../parts/sparkline.tsx';

/** Seconds over which traffic is told. */
const POINTS = 10;

/** The figures that matter most, of the whole platform. */
export function Figures({ status }: { status: Status }) {
  const metrics = useShared(platformMetrics['1s']).data.value;
  const of = status.apps.map(figuresOf);
  const series = metrics?.apps ?? [];
  const traffic = series.map((entry) => trafficOf(entry, POINTS));
  const requests = traffic.reduce((sum, app) => sum + (app.requests ?? 0), 0);
  const errors = traffic.reduce((sum, app) => sum + (app.errors ?? 0), 0);
  const slow = traffic.map(({ p95 }) => p95).filter((value) => value !== null);
  const ready = total(of.map((app) => app.ready));
  const wanted = total(of.map((app) => app.wanted));
  const course = sumSeries(series.map((entry) => entry.requests.slice(-60)));
  return (
    <dl class="figures">
      <Figure name="Requests" unit="/s" value={formatNumber(requests)} course={course} />
      <Figure
        name="Errors"
        value={formatPercent(requests === 0 ? null : (errors / requests) * 100)}
        bad={errors > 0 && errors / requests >= 0.01}
        course={sumSeries(series.map((entry) => entry.errors.slice(-60)))}
        tone="bad"
      />
      <Figure name="p95, slowest app" value={formatMs(slow.length === 0 ? null : Math.max(...slow))} />
      <Figure name="Instances ready" value={`${ready}/${wanted}`} bad={ready < wanted} />
      <Figure name="CPU of apps" value={formatPercent(total(of.map((app) => app.cpu)))} />
      <Figure name="Memory of apps" value={formatBytes(total(of.map((app) => app.memory)))} />
    </dl>
  );
}

const total = (values: readonly (number | null)[]) =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly bad?: boolean;
  readonly course?: readonly (number | null)[];
  readonly tone?: 'bad';
}

function Figure({ name, value, unit = '', bad = false, course, tone }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={bad ? 'bad' : undefined}>
        <span>
          {value}
          {unit !== '' && <small>{unit}</small>}
        </span>
        {course !== undefined && <Sparkline values={course} {...(tone === undefined ? {} : { tone })} />}
      </dd>
    </div>
  );
}
