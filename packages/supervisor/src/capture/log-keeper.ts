import { statfs } from 'node:fs/promises';
import { applyRetention, freeOldest } from '@rig-ops/logstore';
import type { Log } from '../log.ts';
import { LimitsOfPlatform, type LogLimits } from './log-limits.ts';
import { appOfStore, type StoreLeases } from './store-leases.ts';

export interface LogKeeperOptions {
  /** Folder of all log stores. */
  root: string;
  /** `log-limits.json`; read again before each look. */
  limitsPath: string;
  log: Log;
}

const LOOK_MS = 10_000;
/** The oldest segments go before the disk is full: an app whose output cannot be written may fail. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;
/** What is made free at once for a store that could not be written. */
const FREED_BYTES = 32 * 1024 * 1024;
/** Of the time lines are kept, a segment takes up at most this share, and at most a day. */
const SEGMENT_SHARE = 0.1;
const LONGEST_SEGMENT_MS = 86_400_000;

/** Keeps the log stores within their limits. */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  #limits: LimitsOfPlatform;
  #timer: NodeJS.Timeout | null = null;
  #looking = false;
  #freeing: Promise<number> | null = null;
  #complaint = '';

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#limits = this.#readLimits() ?? LimitsOfPlatform.none();
  }

  limitsOf(app: string | undefined): LogLimits {
    return this.#limits.of(app);
  }

  start(leases: StoreLeases): void {
    this.#timer = setInterval(() => void this.#lookOnce(leases), LOOK_MS).unref();
  }

  async #lookOnce(leases: StoreLeases): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await this.look(leases);
    this.#looking = false;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** One look at all stores. A failure is told and tried again. */
  async look(leases: StoreLeases): Promise<void> {
    this.#limits = this.#readLimits() ?? this.#limits;
    const { root, log } = this.#options;
    try {
      const { ageMs } = this.#limits.of(undefined);
      await leases.rotateOlderThan(Math.min(LONGEST_SEGMENT_MS, ageMs * SEGMENT_SHARE));
      const names = new Map<string, string | undefined>();
      const limitsOf = async (store: string) => {
        if (!names.has(store)) names.set(store, await appOfStore(store));
        return this.#limits.of(names.get(store));
      };
      await applyRetention({ root, limitsOf, totalBytes: this.#limits.totalBytes, now: Date.now() });
      const { bavail, bsize } = await statfs(root);
      const lacking = LEAST_FREE_BYTES - bavail * bsize;
      if (lacking > 0) await this.#free(lacking);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        log.warn('logs could not be kept within their limits', { error });
    }
  }

  /** A store could not be written for lack of space: removes the oldest segments; answers whether there were any. */
  async makeRoom(): Promise<boolean> {
    return (await this.#free(FREED_BYTES)) > 0;
  }

  #free(bytes: number): Promise<number> {
    this.#freeing ??= freeOldest(this.#options.root, bytes)
      .then((freed) => {
        if (freed > 0)
          this.#options.log.warn('the disk is full: the oldest log lines were removed', { freed });
        return freed;
      })
      .finally(() => {
        this.#freeing = null;
      });
    return this.#freeing;
  }

  /** Null, and told once, when the file says nothing usable: what held before holds on. */
  #readLimits(): LimitsOfPlatform | null {
    try {
      const limits = LimitsOfPlatform.read(this.#options.limitsPath);
      this.#complaint = '';
      return limits;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#complaint) this.#options.log.warn('log-limits.json is not used', { error });
      this.#complaint = message;
      return null;
    }
  }
}
