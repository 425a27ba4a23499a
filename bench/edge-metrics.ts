import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EdgeUpstream } from '@rig-ops/contract/edge';
import { Edge } from '../packages/edge/src/edge.ts';
import { TrafficMetrics } from '../packages/edge/src/metrics/traffic-metrics.ts';

const REQUESTS = 3_000;
const CALLS = 2_000_000;
const PORT = 48_713;

/** Finds no instance, and so counts nothing. */
class NoMetrics extends TrafficMetrics {
  override of(): undefined {
    return undefined;
  }
}

function ask(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ port, agent }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
  });
}

async function microsecondsPerRequest(upstream: EdgeUpstream, metrics: TrafficMetrics): Promise<number> {
  const edge = new Edge({
    keptHostPort: 0,
    accessLog: { write: () => undefined },
    onHostPort: () => undefined,
    onError: (error) => console.error(error),
    metrics,
  });
  const app = { id: 'app', name: 'app', port: PORT, hosts: [], release: 1, upstreams: [upstream] };
  await edge.apply({ generation: 1, hostPort: -1, apps: [app] });
  // Of its own: the edge closes its connections when the round is over.
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  for (let warm = 0; warm < 300; warm += 1) await ask(PORT, agent);
  const before = process.cpuUsage();
  for (let count = 0; count < REQUESTS; count += 8)
    await Promise.all(Array.from({ length: 8 }, () => ask(PORT, agent)));
  const { user, system } = process.cpuUsage(before);
  agent.destroy();
  await edge.close(0);
  return (user + system) / REQUESTS;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** CPU of client, edge and app together per request, counted and not; and the counting alone. */
export async function benchEdgeMetrics(rounds: number): Promise<void> {
  const server = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = { instance: 'i', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const counted: number[] = [];
  const plain: number[] = [];
  await microsecondsPerRequest(upstream, new NoMetrics());
  for (let round = 0; round < rounds; round += 1) {
    plain.push(await microsecondsPerRequest(upstream, new NoMetrics()));
    counted.push(await microsecondsPerRequest(upstream, new TrafficMetrics()));
  }
  server.close();
  const metrics = new TrafficMetrics();
  const app = { id: 'app', name: 'app', port: PORT, hosts: [], release: 1, upstreams: [upstream] };
  metrics.retain({ generation: 1, hostPort: -1, apps: [app] });
  const started = performance.now();
  for (let call = 0; call < CALLS; call += 1) {
    const tally = metrics.of(app, upstream);
    tally?.forEach((counters) => counters.answered((call % 1000) / 10, false));
    tally?.forEach((counters) => counters.carried(100, 1000));
  }
  const alone = ((performance.now() - started) * 1e6) / CALLS;
  console.log(`request through the edge, CPU: not counted ${median(plain).toFixed(1)} µs`);
  console.log(`                               counted     ${median(counted).toFixed(1)} µs`);
  console.log(`the counting alone: ${alone.toFixed(0)} ns per request`);
}
