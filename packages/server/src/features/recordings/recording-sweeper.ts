import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingSettings } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { RecordingStore } from './recording-store.ts';

const DAY_MS = 24 * 60 * 60_000;
const MEGABYTE = 1024 * 1024;
const CHECK_EVERY_MS = 10 * 60_000;
/** A file that nobody knows is left alone for so long: its session may be beginning. */
const STRANGE_MS = 60 * 60_000;

export interface SweeperDeps {
  readonly store: RecordingStore;
  readonly folder: string;
  readonly settings: () => Promise<RecordingSettings>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes recordings that are too old, or too many. Those that are being written stay. */
export class RecordingSweeper {
  readonly #deps: SweeperDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.sweepSoon();
    this.#timer = setInterval(() => this.sweepSoon(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Does not fail. */
  sweepSoon(): void {
    this.#running = this.#running
      .then(() => this.sweep())
      .then(
        () => undefined,
        (error: unknown) => {
          this.#deps.log.error('Old recordings could not be removed', { error });
        },
      );
  }

  /** @returns the sessions whose recordings were removed */
  async sweep(): Promise<string[]> {
    const { store, settings, clock } = this.#deps;
    const { days, totalMegabytes } = await settings();
    const oldest = new Date(clock.now().getTime() - days * DAY_MS).toISOString();
    const finished = await store.finished();
    let total = finished.reduce((sum, { bytes }) => sum + bytes, 0);
    const removed: string[] = [];
    for (const { session, file, bytes, ended_at: endedAt } of finished) {
      if ((endedAt ?? '') >= oldest && total <= totalMegabytes * MEGABYTE) break;
      await this.#remove(session, file);
      total -= bytes;
      removed.push(session);
    }
    await this.#removeStrange();
    return removed;
  }

  async #remove(session: string, file: string): Promise<void> {
    // The file first: a kill now leaves a row that the next sweep removes.
    await rm(join(this.#deps.folder, file), { force: true });
    await this.#deps.store.change(session, { state: 'removed', bytes: 0 });
  }

  /** Of sessions that never began, or were forgotten with the database. */
  async #removeStrange(): Promise<void> {
    const { store, folder, clock } = this.#deps;
    const known = await store.knownFiles();
    for (const name of await readdir(folder)) {
      if (known.has(name)) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || clock.now().getTime() - found.mtimeMs < STRANGE_MS) continue;
      await rm(path, { force: true });
    }
  }
}
