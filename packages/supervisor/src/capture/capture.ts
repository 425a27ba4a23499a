import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { LogSource } from '@rig-ops/contract/log-record';
import type { Log } from '../log.ts';
import { ChunkPool } from './chunk-pool.ts';
import { LogKeeper } from './log-keeper.ts';
import { SpaceReclaimer } from './space-reclaimer.ts';
import { SpoolTail } from './spool-tail.ts';
import { SpoolWatch } from './spool-watch.ts';
import { StoreLeases } from './store-leases.ts';

/** Where the output of one program goes. */
export interface CaptureTarget {
  /** Names the two spool files; safe as a file name. */
  spool: string;
  /** Folder of the log store. */
  store: string;
  /** Name of the app, by which limits can be set; builds have none. */
  app?: string;
  source: Omit<LogSource, 'stream'>;
}

/** The output of one program on its way from the spool files to a log store. */
export interface Capture {
  /** Stores the rest and ends; for a program that has ended. Waits as long as the store cannot take it. */
  finish(): Promise<void>;
  /** Ends it where it is. The spool files stay, unless everything was stored. */
  close(): Promise<void>;
}

/** Makes spool files and carries what programs write to them into log stores. */
export class Captures {
  readonly #dir: string;
  readonly #watch: SpoolWatch;
  readonly #keeper: LogKeeper;
  readonly #leases: StoreLeases;
  readonly #reclaimer = new SpaceReclaimer();
  readonly #chunks = new ChunkPool();
  readonly #log: Log;

  constructor({ spool, logs, logLimits }: Pick<PlatformLayout, 'spool' | 'logs' | 'logLimits'>, log: Log) {
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    this.#dir = spool;
    this.#log = log;
    this.#watch = new SpoolWatch(spool);
    const keeper = new LogKeeper({ root: logs, limitsPath: logLimits, log });
    this.#leases = new StoreLeases((app) => keeper.limitsOf(app));
    this.#keeper = keeper;
    keeper.start(this.#leases);
  }

  /** Paths of the spool files for stdout and stderr. */
  paths(spool: string): [string, string] {
    return [join(this.#dir, `${spool}.out`), join(this.#dir, `${spool}.err`)];
  }

  /**
   * Opens the spool files for a program to write to, passes them to `use` and closes them here. They are
   * appended to: a program may write to both ends of `2>&1`, and an earlier one may have written before.
   */
  async withSpool<T>(spool: string, use: (stdout: number, stderr: number) => Promise<T>): Promise<T> {
    const fds: number[] = [];
    try {
      for (const path of this.paths(spool)) fds.push(openSync(path, 'a', 0o600));
      const [stdout = -1, stderr = -1] = fds;
      return await use(stdout, stderr);
    } finally {
      for (const fd of fds) closeSync(fd);
    }
  }

  start(target: CaptureTarget): Capture {
    const store = this.#leases.lease(target.store, target.app);
    const paths = this.paths(target.spool);
    const tails = (['stdout', 'stderr'] as const).map((stream, index) => {
      const path = paths[index] ?? '';
      const key = `${target.spool}.${stream === 'stdout' ? 'out' : 'err'}`;
      const source = { ...target.source, stream };
      return new SpoolTail({
        path,
        key,
        source,
        store,
        watch: this.#watch,
        reclaimer: this.#reclaimer,
        chunks: this.#chunks,
        log: this.#log,
        makeRoom: async () => await this.#keeper.makeRoom(),
      });
    });
    return {
      finish: async () => void (await Promise.all(tails.map((tail) => tail.finish()))),
      close: async () => {
        await Promise.all(tails.map((tail) => tail.abandon()));
        if (tails.every((tail) => tail.drained)) {
          this.remove(target.spool);
          for (const { key } of tails) await store.forgetSpool(key);
        }
        await store.release();
      },
    };
  }

  /** Appends lines of the platform's own to a log store. */
  async tell(dir: string, source: Omit<LogSource, 'stream'>, lines: readonly string[]): Promise<void> {
    const store = this.#leases.lease(dir);
    const at = Date.now();
    const full: LogSource = { ...source, stream: 'stdout' };
    try {
      await store.append(lines.map((line) => ({ at, source: full, bytes: Buffer.from(line) })));
    } finally {
      await store.release();
    }
  }

  /** Notes a gap in a log store: `count` lines at least were lost before anybody could read them, or may have been. */
  async lost(dir: string, count: number, reason: 'dropped' | 'unsure' = 'dropped'): Promise<void> {
    const store = this.#leases.lease(dir);
    try {
      await store.gap(count, reason);
    } finally {
      await store.release();
    }
  }

  /** Removes the spool files of a program, read or not. */
  remove(spool: string): void {
    for (const path of this.paths(spool)) rmSync(path, { force: true });
  }

  close(): void {
    this.#keeper.stop();
    this.#watch.close();
  }
}
