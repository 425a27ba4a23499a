import { join } from 'node:path';
import type { AccessRecord } from '@rig-ops/contract/access-record';
import type { EdgeRoutes } from '@rig-ops/contract/edge';
import type { AccessLog, AccessSource } from './exchange.ts';
import { StoreQueue } from './store-queue.ts';

/** Name of the store for requests that no app answers to. */
export const UNROUTED = '_unrouted';

/** Keeps access records in log stores, one for each app: who may see an app may see these. */
export class StoredAccessLog implements AccessLog {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;
  readonly #queues = new Map<string, StoreQueue>();
  #apps = new Set<string>();

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
  }

  write({ appId, instance, release }: AccessSource, record: AccessRecord): void {
    // An app that is gone has no store any more, and shall not get a new one.
    if (appId !== null && !this.#apps.has(appId)) return;
    this.#queueOf(appId ?? UNROUTED).add({
      at: Date.now(),
      source: { kind: 'edge', process: 'edge', instance, release, stream: 'stdout' },
      bytes: Buffer.from(JSON.stringify(record)),
    });
  }

  /** Lets go of the stores of apps that are no longer routed. */
  retain({ apps }: EdgeRoutes): void {
    this.#apps = new Set(apps.map(({ id }) => id));
    for (const [id, queue] of this.#queues) {
      if (id === UNROUTED || this.#apps.has(id)) continue;
      this.#queues.delete(id);
      void queue.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
  }

  #queueOf(id: string): StoreQueue {
    let queue = this.#queues.get(id);
    if (queue === undefined) {
      queue = new StoreQueue(join(this.#folder, id), this.#onError);
      this.#queues.set(id, queue);
    }
    return queue;
  }
}
