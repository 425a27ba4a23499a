import { Agent } from 'node:http';
import type { EdgeUpstream } from '@rig-ops/contract/edge';

/** Idle connections kept to one upstream. */
const MAX_IDLE = 64;

/** Below the 5 s after which a Node server closes an idle connection, so that few meet one that is closing, in milliseconds. */
const IDLE_MS = 4_000;

/** Connections to upstreams that are kept for the next request, per upstream. */
export class UpstreamAgents {
  readonly #agents = new Map<string, Agent>();

  /** Undefined for an upstream that is routed no longer: its connections are not worth keeping. */
  agentOf(upstream: EdgeUpstream): Agent | undefined {
    return this.#agents.get(keyOf(upstream));
  }

  /** Closes idle connections to upstreams that are routed no longer; those in use close when they are done. */
  retain(upstreams: readonly EdgeUpstream[]): void {
    const keys = new Set(upstreams.map(keyOf));
    for (const [key, agent] of this.#agents) {
      if (keys.has(key)) continue;
      this.#agents.delete(key);
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    }
    for (const key of keys) {
      if (this.#agents.has(key)) continue;
      this.#agents.set(key, new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE, timeout: IDLE_MS }));
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }
}

function keyOf({ instance, host, port }: EdgeUpstream): string {
  return JSON.stringify([instance, host, port]);
}
