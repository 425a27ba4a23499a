import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { EdgeRoutes, EdgeStatus } from '@rig-ops/contract/edge';
import type { EdgeMark, EdgeMetrics } from '@rig-ops/contract/edge-metrics';
import { RigError } from '@rig-ops/contract/errors';

/** What rig-edge tells about itself. */
export interface Edge {
  /**
   * Its status once it has applied routes of at least `generation`, or after its own wait of 10 s.
   * @throws RigError `unreachable` when it does not answer
   */
  status(generation: number, signal: AbortSignal): Promise<EdgeStatus>;
  /**
   * What it has counted of the traffic of an app; of all when undefined. After an answer that is named, only what is
   * new, if it can.
   * @throws RigError `unreachable` when it does not answer
   */
  metrics(appId: string | undefined, signal: AbortSignal, after?: EdgeMark): Promise<EdgeMetrics>;
}

/** Longer than the edge waits by itself. */
const ANSWER_MS = 15_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** rig-edge on its unix socket. */
export class SocketEdge implements Edge {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  status(generation: number, signal: AbortSignal): Promise<EdgeStatus> {
    return this.#ask(`/v1/status?generation=${generation}`, signal);
  }

  metrics(appId: string | undefined, signal: AbortSignal, after?: EdgeMark): Promise<EdgeMetrics> {
    const query = new URLSearchParams({
      ...(appId === undefined ? {} : { app: appId }),
      ...(after === undefined ? {} : { epoch: after.epoch, after: String(after.tick) }),
    });
    return this.#ask(`/v1/metrics?${query.toString()}`, signal);
  }

  #ask<T>(path: string, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(new RigError('unreachable', 'The edge of the platform does not answer.', { cause: error }));
      const outgoing = request(
        {
          socketPath: this.#socket,
          path,
          agent: false,
          signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_ANSWER_BYTES) response.destroy(new Error('an answer without an end'));
            else chunks.push(chunk);
          });
          response.on('error', fail);
          response.on('end', () => {
            try {
              if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
              resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as T);
            } catch (error) {
              fail(error as Error);
            }
          });
        },
      );
      outgoing.on('error', fail);
      outgoing.end();
    });
  }
}

/** Reads a routes file; null when there is none, or none that can be read. */
export async function readEdgeRoutes(path: string): Promise<EdgeRoutes | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as EdgeRoutes;
  } catch {
    return null;
  }
}
