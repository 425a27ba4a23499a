import { Worker } from 'node:worker_threads';
import { RigError } from '@rig-ops/contract/errors';
import type { PackedChunk } from '../pack/pack-layout.ts';
import type { PackTask, TaskAnswer, TaskMessage } from './pack-task.ts';

/** Verifying and unpacking side by side; more would only take memory and the processor from others. */
const MOST_WORKERS = 2;
/** A worker that has had nothing to do for so long gives its memory back. */
const IDLE_MS = 10_000;

const script = new URL(
  import.meta.url.endsWith('.ts') ? './pack-worker.ts' : './pack-worker.js',
  import.meta.url,
);

interface Waiting {
  task: PackTask;
  stop: SharedArrayBuffer;
  resolve: (answer: TaskAnswer) => void;
  reject: (error: unknown) => void;
}

interface Lane {
  readonly worker: Worker;
  /** What it is at. */
  current: Waiting | undefined;
}

/** The memory of bytes when nothing else lies in it: it passes to the worker without being copied. */
function memoryOf({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** Threads that check and unpack packs, so that the event loop stays free; started when there is work. */
export class PackWorkers {
  readonly #lanes = new Set<Lane>();
  readonly #queue: Waiting[] = [];
  #idleTimer: NodeJS.Timeout | undefined;

  /** Throws what the task throws, or the reason of the signal once the task has stopped. */
  async run(task: PackTask, signal?: AbortSignal): Promise<PackedChunk[]> {
    signal?.throwIfAborted();
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { promise, resolve, reject } = Promise.withResolvers<TaskAnswer>();
    const onAbort = () => Atomics.store(new Int32Array(stop), 0, 1);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.push({ task, stop, resolve, reject });
    this.#next();
    try {
      const answer = await promise;
      if ('chunks' in answer) return answer.chunks;
      signal?.throwIfAborted();
      if ('error' in answer) throw RigError.fromDocument(answer.error);
      throw Object.assign(new Error(answer.failure.message), answer.failure);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#lanes].find(({ current }) => current === undefined);
      const lane = idle ?? (this.#lanes.size < MOST_WORKERS ? this.#start() : undefined);
      if (lane === undefined) return;
      const waiting = this.#queue.shift() as Waiting;
      lane.current = waiting;
      lane.worker.ref();
      const message: TaskMessage = { task: waiting.task, stop: waiting.stop };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
      lane.worker.postMessage(message, waiting.task.kind === 'store' ? memoryOf(waiting.task.bytes) : []);
    }
  }

  #start(): Lane {
    const lane: Lane = { worker: new Worker(script), current: undefined };
    this.#lanes.add(lane);
    const end = () => {
      const { current } = lane;
      lane.current = undefined;
      return current;
    };
    lane.worker.on('message', (answer: TaskAnswer) => {
      lane.worker.unref();
      end()?.resolve(answer);
      this.#endIdleLater();
      this.#next();
    });
    const fail = (error: unknown) => {
      this.#lanes.delete(lane);
      end()?.reject(error);
      this.#next();
    };
    lane.worker.on('error', fail);
    lane.worker.on('exit', (code) => fail(new Error(`A worker for packs ended with ${code}.`)));
    return lane;
  }

  #endIdleLater(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      for (const lane of this.#lanes) {
        if (lane.current !== undefined) continue;
        this.#lanes.delete(lane);
        void lane.worker.terminate();
      }
    }, IDLE_MS).unref();
  }
}
