import type { LogCursor } from '@rig-ops/contract/log-record';
import { type AppendLine, type LogWriter, openLogWriter } from '@rig-ops/logstore';

/** A log store that somebody writes to: all of them share one writer, which is opened on first use. */
export interface StoreLease {
  append(lines: AppendLine[], spool?: { key: string; offset: number }): Promise<LogCursor>;
  gap(count: number): Promise<void>;
  /** Bytes of a spool file that the store has. */
  spoolOffset(key: string): Promise<number>;
  /** Lets go of a spool file that was removed. */
  forgetSpool(key: string): Promise<void>;
  /** Closes the store once nobody else has it. */
  release(): Promise<void>;
}

interface SharedStore {
  users: number;
  writer: Promise<LogWriter> | null;
  /** Appends go one after the other, in the order they were asked for. */
  turn: Promise<unknown>;
}

/** Hands out log stores: a store has one writer, and several instances of an app write to the same. */
export class StoreLeases {
  readonly #stores = new Map<string, SharedStore>();

  lease(dir: string): StoreLease {
    const store = this.#stores.get(dir) ?? { users: 0, writer: null, turn: Promise.resolve() };
    this.#stores.set(dir, store);
    store.users += 1;
    return {
      append: (lines, spool) =>
        inTurn(store, async () => await (await open(store, dir)).append(lines, spool)),
      gap: (count) => inTurn(store, async () => await (await open(store, dir)).gap(count, 'dropped')),
      spoolOffset: (key) => inTurn(store, async () => (await open(store, dir)).spoolOffset(key)),
      forgetSpool: (key) => inTurn(store, async () => (await store.writer)?.forgetSpool(key)),
      release: () => inTurn(store, async () => await this.#release(store, dir)),
    };
  }

  async #release(store: SharedStore, dir: string): Promise<void> {
    store.users -= 1;
    if (store.users > 0) return;
    const { writer } = store;
    store.writer = null;
    // In a turn still: who leases the same folder meanwhile gets this store and waits for its turn.
    if (writer !== null) await (await writer).close();
    if (store.users === 0 && this.#stores.get(dir) === store) this.#stores.delete(dir);
  }
}

function inTurn<T>(store: SharedStore, action: () => Promise<T>): Promise<T> {
  const result = store.turn.then(action, action);
  store.turn = result.catch(() => undefined);
  return result;
}

/** A failure to open is not kept: the next one tries again. */
async function open(store: SharedStore, dir: string): Promise<LogWriter> {
  store.writer ??= openLogWriter(dir);
  try {
    return await store.writer;
  } catch (error) {
    store.writer = null;
    throw error;
  }
}
