import { type FSWatcher, watch } from 'node:fs';

/** Tells when a file of the spool folder was written to: one watch for all of them. */
export class SpoolWatch {
  readonly #listeners = new Map<string, () => void>();
  readonly #watcher: FSWatcher | null;

  constructor(dir: string) {
    this.#watcher = this.#open(dir);
  }

  /** Whether changes are told at all; where not, look again and again. */
  get works(): boolean {
    return this.#watcher !== null;
  }

  subscribe(name: string, onChange: () => void): () => void {
    this.#listeners.set(name, onChange);
    return () => this.#listeners.delete(name);
  }

  close(): void {
    this.#watcher?.close();
  }

  /** Null where the system has no more watches to give (`fs.inotify.max_user_watches`). */
  #open(dir: string): FSWatcher | null {
    try {
      const watcher = watch(dir, (_, name) => {
        if (name !== null) this.#listeners.get(name)?.();
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }
}
