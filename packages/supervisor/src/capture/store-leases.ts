import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCursor } from '@rig-ops/contract/log-record';
import {
  type AppendLine,
  type AppendText,
  type LogWriter,
  openLogWriter,
  type SpoolPosition,
} from '@rig-ops/logstore';
import type { LogLimits } from './log-limits.ts';
import { Pace } from './pace.ts';

/** A log store that somebody writes to: all of them share one writer, which is opened on first use. */
export interface StoreLease {
  appendText(text: AppendText, spool?: SpoolPosition): Promise<LogCursor>;
  append(lines: AppendLine[]): Promise<LogCursor>;
  /** `dropped` when absent. */
  gap(count: number, reason?: 'dropped' | 'unsure'): Promise<void>;
  /** How long to wait before storing more, in milliseconds, so that the store does not grow faster than it may. */
  pace(bytes: number): number;
  /** Bytes of a spool file that the store has. */
  spoolOffset(key: string): Promise<number>;
  /** Lets go of a spool file that was removed. */
  forgetSpool(key: string): Promise<void>;
  /** Closes the store once nobody else has it. What was appended must have settled. */
  release(): Promise<void>;
}

interface SharedStore {
  dir: string;
  /** Name of the app it belongs to; builds have none. */
  app: string | undefined;
  users: number;
  writer: Promise<LogWriter> | null;
  /** Settles when the writer before this one has closed. */
  closed: Promise<unknown>;
  pace: Pace;
  rotatedAt: number;
}

/** Beside a store: the name of its app, for limits that are set by name. */
const NAME_FILE = 'app';

/** Hands out log stores: a store has one writer, and several instances of an app write to the same. */
export class StoreLeases {
  readonly #stores = new Map<string, SharedStore>();
  readonly #limitsOf: (app: string | undefined) => LogLimits;

  constructor(limitsOf: (app: string | undefined) => LogLimits) {
    this.#limitsOf = limitsOf;
  }

  lease(dir: string, app?: string): StoreLease {
    const store = this.#stores.get(dir) ?? newStore(dir, app);
    this.#stores.set(dir, store);
    store.users += 1;
    return {
      appendText: async (text, spool) => await (await open(store)).appendText(text, spool),
      append: async (lines) => await (await open(store)).append(lines),
      gap: async (count, reason = 'dropped') => await (await open(store)).gap(count, reason),
      pace: (bytes) => store.pace.take(bytes, this.#limitsOf(store.app)),
      spoolOffset: async (key) => (await open(store)).spoolOffset(key),
      forgetSpool: async (key) => (await store.writer)?.forgetSpool(key),
      release: async () => await this.#release(store),
    };
  }

  /** Closes segments that were begun long ago, so that what is in them can age. */
  async rotateOlderThan(ms: number): Promise<void> {
    for (const store of this.#stores.values()) {
      if (store.writer === null || Date.now() - store.rotatedAt < ms) continue;
      store.rotatedAt = Date.now();
      await (await store.writer).rotate();
    }
  }

  async #release(store: SharedStore): Promise<void> {
    store.users -= 1;
    if (store.users > 0) return;
    const { writer } = store;
    store.writer = null;
    // Who leases the same folder meanwhile gets this store, whose next writer waits for this end.
    const closing = writer?.then((open) => open.close());
    store.closed = Promise.resolve(closing).catch(() => undefined);
    await closing;
    if (store.users === 0 && store.writer === null && this.#stores.get(store.dir) === store) {
      this.#stores.delete(store.dir);
    }
  }
}

function newStore(dir: string, app: string | undefined): SharedStore {
  const closed = Promise.resolve();
  return { dir, app, users: 0, writer: null, closed, pace: new Pace(), rotatedAt: Date.now() };
}

/** A failure to open is not kept: the next one tries again. */
async function open(store: SharedStore): Promise<LogWriter> {
  store.writer ??= store.closed.then(() => openStore(store));
  const { writer } = store;
  try {
    return await writer;
  } catch (error) {
    if (store.writer === writer) store.writer = null;
    throw error;
  }
}

async function openStore({ dir, app }: SharedStore): Promise<LogWriter> {
  const writer = await openLogWriter(dir);
  // What it serves is not worth a failure.
  if (app !== undefined) await writeFile(join(dir, NAME_FILE), app, { mode: 0o600 }).catch(() => undefined);
  return writer;
}

/** Name of the app a store belongs to, if that is known. */
export async function appOfStore(dir: string): Promise<string | undefined> {
  return await readFile(join(dir, NAME_FILE), 'utf8').catch(() => undefined);
}
