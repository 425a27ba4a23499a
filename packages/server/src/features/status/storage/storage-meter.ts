import { readdir, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { StoragePart } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../../clock.ts';
import { DiskUsage } from './disk-usage.ts';

/** Behind the work of a start. */
const FIRST_MS = 2_000;
const EVERY_MS = 60_000;
/** At most this share of the time is spent measuring, however much there is. */
const BUSY_SHARE = 0.1;
/** What was not touched for so long is not touched again: artifacts are made once. */
const SETTLED_MS = 10 * 60_000;

export type StorageSizes = ReadonlyMap<StoragePart, number>;

/** Where each part lies. Parts do not contain one another. */
const placesOf = (layout: PlatformLayout): Record<Exclude<StoragePart, 'releases'>, string[]> => ({
  logs: [layout.logs, layout.spool, layout.ownLogs],
  recordings: [layout.recordings],
  blobs: [layout.blobs],
  caches: [join(layout.root, 'cache')],
  instances: [layout.instances, layout.isolated],
  database: ['', '-wal', '-shm'].map((suffix) => `${layout.database}${suffix}`),
  audit: [layout.audit],
});

/** Measures in the background what takes the disk. */
export class StorageMeter {
  readonly #layout: PlatformLayout;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  /** Sizes of artifacts that do not change any more. */
  readonly #settled = new Map<string, number>();
  #latest: { sizes: StorageSizes; measuredAt: string } | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(layout: PlatformLayout, clock: Clock) {
    this.#layout = layout;
    this.#clock = clock;
  }

  /** Null before the first measurement. */
  get latest(): { sizes: StorageSizes; measuredAt: string } | null {
    return this.#latest;
  }

  start(): void {
    // What cannot be measured now is measured the next time.
    this.#running = this.#keepMeasuring().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Measures everything now. */
  async measure(): Promise<void> {
    const usage = new DiskUsage(this.#closing.signal);
    const sizes = new Map<StoragePart, number>();
    const measuredAt = timestampOf(this.#clock);
    for (const [part, places] of Object.entries(placesOf(this.#layout))) {
      let bytes = 0;
      for (const place of places) bytes += await usage.of(place);
      sizes.set(part as StoragePart, bytes);
    }
    sizes.set('releases', await this.#artifacts());
    this.#latest = { sizes, measuredAt };
  }

  async #keepMeasuring(): Promise<void> {
    const { signal } = this.#closing;
    await delay(FIRST_MS, undefined, { signal, ref: false });
    while (!signal.aborted) {
      const began = performance.now();
      await this.measure();
      const took = performance.now() - began;
      await delay(Math.max(EVERY_MS, took / BUSY_SHARE), undefined, { signal, ref: false });
    }
  }

  /** An artifact shares no file with another: each is a copy. */
  async #artifacts(): Promise<number> {
    const { artifacts } = this.#layout;
    const names = await readdir(artifacts).catch(() => []);
    const before = new Map(this.#settled);
    this.#settled.clear();
    let bytes = await ofAlone(artifacts);
    for (const name of names) {
      const folder = join(artifacts, name);
      const size = before.get(name) ?? (await new DiskUsage(this.#closing.signal).of(folder));
      bytes += size;
      if (before.has(name) || (await this.#isSettled(folder))) this.#settled.set(name, size);
    }
    return bytes;
  }

  async #isSettled(folder: string): Promise<boolean> {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    return this.#clock.now().getTime() - mtimeMs > SETTLED_MS;
  }
}

/** What a folder takes without what is in it. */
const ofAlone = (folder: string): Promise<number> =>
  stat(folder).then(
    ({ blocks }) => blocks * 512,
    () => 0,
  );
