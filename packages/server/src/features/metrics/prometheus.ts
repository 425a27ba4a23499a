import { boundOf, BUCKETS, type Histogram } from '@rig-ops/contract/edge-metrics';
import type { Engine } from '../../engines/engine.ts';
import type { AppStore } from '../apps/app-store.ts';
import { everyApp } from '../apps/every-app.ts';
import type { Edge } from '../deploys/edge.ts';

const ANSWER_MS = 2_000;
/** Bounds in milliseconds that a histogram is told at; the edge counts finer. */
const TOLD_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

export interface PrometheusDeps {
  readonly edge: Edge;
  readonly engine: Pick<Engine, 'usage' | 'instances'>;
  readonly apps: AppStore;
  readonly version: string;
}

/** How many of a histogram lie within a bound. Bounds are those of buckets, so that this is exact. */
const within = (histogram: Histogram, ms: number): number =>
  histogram.reduce((sum, [bucket, count]) => (boundOf(bucket) <= ms ? sum + count : sum), 0);

/** Upper bound of what a histogram took in all, in seconds: buckets are told by their bounds. */
const sumOf = (histogram: Histogram): number =>
  histogram.reduce(
    (sum, [bucket, count]) => sum + count * (boundOf(Math.min(bucket, BUCKETS - 2)) / 1000),
    0,
  );

/** What every program of Node tells of itself. It is watched from the first question on, so once. */
let own: Promise<{ client: Client; text: () => Promise<string> }> | undefined;
type Client = typeof import('prom-client');

async function loadClient() {
  const client = await import('prom-client');
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  return { client, text: () => registry.metrics() };
}

/** Everything that a scraper of Prometheus wants, as it is now; rates and quantiles are its own to compute. */
export async function tellPrometheus({ apps, edge, engine, version }: PrometheusDeps): Promise<string> {
  own ??= loadClient();
  const [{ client, text }, traffic, instances, usage] = await Promise.all([
    own,
    edge.metrics(undefined, AbortSignal.timeout(ANSWER_MS)).catch(() => null),
    engine.instances().catch(() => []),
    engine.usage().catch(() => []),
  ]);
  const registry = new client.Registry();
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new client.Gauge({ name, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new client.Counter({ name, help, labelNames, registers });
  gauge('rig_platform_info', 'Version of rigd.', ['version']).set({ version }, 1);
  gauge('rig_edge_up', 'Whether the edge answers.').set(traffic === null ? 0 : 1);

  const names = new Map((await everyApp(apps)).map(({ id, name }) => [id, name]));
  const labels = ['app', 'release'] as const;
  const requests = counter('rig_requests_total', 'Requests that the edge passed on.', [...labels]);
  const errors = counter(
    'rig_request_errors_total',
    'Of those, answered with a status from 500 on, broken off, or not answered.',
    [...labels],
  );
  const bytesIn = counter('rig_request_bytes_total', 'Bytes from clients.', [...labels]);
  const bytesOut = counter('rig_response_bytes_total', 'Bytes to clients.', [...labels]);
  const lines: string[] = [
    '# HELP rig_request_duration_seconds Time until an answer began; the sum is an upper bound.',
    '# TYPE rig_request_duration_seconds histogram',
  ];
  for (const { app: id, releases } of traffic?.apps ?? []) {
    const app = names.get(id);
    if (app === undefined) continue;
    for (const { release, latency, ...counts } of releases) {
      const of = { app, release: String(release) };
      requests.inc(of, counts.requests);
      errors.inc(of, counts.errors);
      bytesIn.inc(of, counts.bytesIn);
      bytesOut.inc(of, counts.bytesOut);
      const total = latency.reduce((sum, [, count]) => sum + count, 0);
      const name = `app="${app}",release="${release}"`;
      for (const ms of TOLD_MS)
        lines.push(`rig_request_duration_seconds_bucket{${name},le="${ms / 1000}"} ${within(latency, ms)}`);
      lines.push(
        `rig_request_duration_seconds_bucket{${name},le="+Inf"} ${total}`,
        `rig_request_duration_seconds_sum{${name}} ${sumOf(latency)}`,
        `rig_request_duration_seconds_count{${name}} ${total}`,
      );
    }
  }
  const used = new Map(usage.map((each) => [each.instance, each]));
  const ofInstance = ['app', 'process', 'instance', 'release'] as const;
  const up = gauge('rig_instance_up', 'Instances that run.', [...ofInstance]);
  const cpu = gauge('rig_instance_cpu_cores', 'Cores in use.', [...ofInstance]);
  const memory = gauge('rig_instance_memory_bytes', 'Resident bytes.', [...ofInstance]);
  for (const { spec, state } of instances) {
    if (state === 'exited') continue;
    const of = { app: spec.app, process: spec.process, instance: spec.name, release: String(spec.release) };
    up.set(of, 1);
    const usageOf = used.get(spec.id);
    if (usageOf === undefined) continue;
    cpu.set(of, usageOf.cpuPercent / 100);
    memory.set(of, usageOf.memoryBytes);
  }
  return `${await text()}\n${await registry.metrics()}\n${lines.join('\n')}\n`;
}
