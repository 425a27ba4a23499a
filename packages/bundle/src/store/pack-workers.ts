import { Worker } from 'node:worker_threads';
import { RigError } from '@rig-ops/contract/errors';
import type { PackedChunk } from '../pack/pack-layout.ts';
import {
  type ChunkColumns,
  type PackTask,
  readColumns,
  type TaskAnswer,
  type TaskMessage,
} from './pack-task.ts';

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
  follow: Follow | undefined;
  resolve: (answer: TaskAnswer) => void;
  reject: (error: unknown) => void;
}

/** Decides at once what the same thread does next, with what it has kept. */
type Follow = (chunks: readonly PackedChunk[]) => FollowUp;

export interface FollowUp {
  task: PackTask;
  /** Told when it is done, or what stood in the way. */
  done: (error?: unknown) => void;
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

  /**
   * Throws what the task throws, or the reason of the signal once the task has stopped. Answers before what
   * `follow` decides has been done.
   */
  async run(
    task: PackTask,
    { signal, follow }: { signal?: AbortSignal | undefined; follow?: Follow | undefined } = {},
  ): Promise<PackedChunk[]> {
    signal?.throwIfAborted();
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const { promise, resolve, reject } = Promise.withResolvers<TaskAnswer>();
    const onAbort = () => Atomics.store(new Int32Array(stop), 0, 1);
    signal?.addEventListener('abort', onAbort, { once: true });
    const waiting = { task, stop, follow, resolve, reject };
    // Somebody waits for a pack to be stored; a tree takes longer anyway.
    if (task.kind === 'store') this.#queue.unshift(waiting);
    else this.#queue.push(waiting);
    this.#next();
    try {
      const answer = await promise;
      if ('chunks' in answer) return readColumns(answer.chunks);
      signal?.throwIfAborted();
      throw errorOf(answer);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#lanes].find(({ current }) => current === undefined);
      const lane = idle ?? (this.#lanes.size < MOST_WORKERS ? this.#start() : undefined);
      if (lane === undefined) return;
      this.#give(lane, this.#queue.shift() as Waiting);
    }
  }

  #give(lane: Lane, waiting: Waiting): void {
    lane.current = waiting;
    lane.worker.ref();
    const { task, stop } = waiting;
    const message: TaskMessage = { task, stop };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
    lane.worker.postMessage(message, task.kind === 'store' ? memoryOf(task.bytes) : []);
  }

  /** Goes on with what a task that ended well has kept. */
  #follow(lane: Lane, follow: Follow, columns: ChunkColumns): void {
    const { task, done } = follow(readColumns(columns));
    this.#give(lane, {
      task,
      stop: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
      follow: undefined,
      resolve: (answer) => done('chunks' in answer ? undefined : errorOf(answer)),
      reject: done,
    });
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
      const ended = end();
      if (ended?.follow !== undefined && 'chunks' in answer) this.#follow(lane, ended.follow, answer.chunks);
      ended?.resolve(answer);
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

function errorOf(answer: Exclude<TaskAnswer, { chunks: unknown }>): Error {
  if ('error' in answer) return RigError.fromDocument(answer.error);
  return Object.assign(new Error(answer.failure.message), answer.failure);
}
