import { type FSWatcher, watch } from 'node:fs';

/** How long a change may go unnoticed where the system reports none: network file systems, exhausted watches. */
const POLL_MS = 200;

/** While the folder is not there yet, it is looked for this often. */
const MISSING_POLL_MS = 50;

/** Tells that something in a folder has changed. Changes between two waits are not missed. */
export class FolderWatch {
  #dir: string;
  #watcher: FSWatcher | null = null;
  #changed = false;
  #renamed = true;
  #timedOut = false;
  #wake: (() => void) | null = null;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Begins a round: changes from here on end the next {@link wait}. */
  arm(): void {
    this.#watcher ??= this.#open();
    this.#changed = false;
    this.#renamed ||= this.#timedOut;
    this.#timedOut = false;
  }

  /**
   * Whether files may have come or gone since this was asked last: they did, or nothing was told for a while, so
   * that it is not known.
   */
  get renamed(): boolean {
    const renamed = this.#renamed || this.#watcher === null;
    this.#renamed = false;
    return renamed;
  }

  /** Resolves after a change since {@link arm}, after a while, or when one of the signals is aborted. */
  async wait(signals: readonly AbortSignal[]): Promise<void> {
    if (this.#changed || signals.some((signal) => signal.aborted)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    const onTimeout = () => {
      this.#timedOut = true;
      resolve();
    };
    const timer = setTimeout(onTimeout, this.#watcher === null ? MISSING_POLL_MS : POLL_MS);
    this.#wake = resolve;
    for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#wake = null;
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #open(): FSWatcher | null {
    try {
      const watcher = watch(this.#dir);
      watcher.on('change', (kind) => this.#notice(kind === 'rename'));
      // The folder went away or the watch broke: polling goes on, and the next round tries again.
      watcher.on('error', () => this.close());
      return watcher;
    } catch {
      return null;
    }
  }

  #notice(renamed: boolean): void {
    this.#changed = true;
    this.#renamed ||= renamed;
    this.#wake?.();
  }
}
