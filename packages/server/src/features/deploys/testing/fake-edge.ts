import type { EdgeStatus } from '@rig-ops/contract/edge';
import { type Edge, readEdgeRoutes } from '../edge.ts';

/** An edge that applies every routes file at once and has nothing under way unless told otherwise. */
export class FakeEdge implements Edge {
  /** Requests under way by id of the instance. */
  readonly inFlight: Record<string, number> = {};
  /** Ports it cannot listen on. */
  readonly takenPorts = new Set<number>();
  readonly #path: string;

  /** @param path the routes file */
  constructor(path: string) {
    this.#path = path;
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
