import type { EdgeStatus } from '@rig-ops/contract/edge';
import type { EdgeMetrics, ReleaseTraffic } from '@rig-ops/contract/edge-metrics';
import { type Edge, readEdgeRoutes } from '../edge.ts';

/** An edge that applies every routes file at once and has nothing under way unless told otherwise. */
export class FakeEdge implements Edge {
  /** Requests under way by id of the instance. */
  readonly inFlight: Record<string, number> = {};
  /** Ports it cannot listen on. */
  readonly takenPorts = new Set<number>();
  /** What it has counted, of every app alike. */
  traffic: ReleaseTraffic[] = [];
  /** Changes as when an edge is started again. */
  epoch = 'first';
  /** Called before it tells what it has counted. */
  onMetrics: () => void = () => undefined;
  readonly #path: string;

  /** @param path the routes file */
  constructor(path: string) {
    this.#path = path;
  }

  async metrics(app: string): Promise<EdgeMetrics> {
    this.onMetrics();
    const since = new Date(0).toISOString();
    return { epoch: this.epoch, since, apps: [{ app, releases: this.traffic, instances: [] }] };
  }

  async status(): Promise<EdgeStatus> {
    const routes = await readEdgeRoutes(this.#path);
    const failed = (routes?.apps ?? []).filter(({ port }) => this.takenPorts.has(port));
    return {
      pid: process.pid,
      generation: routes?.generation ?? 0,
      hostPort: null,
      inFlight: { ...this.inFlight },
      failedListeners: failed.map(({ id, port }) => ({ appId: id, port, error: 'EADDRINUSE' })),
    };
  }
}
