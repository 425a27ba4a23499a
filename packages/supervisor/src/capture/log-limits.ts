import { readFileSync } from 'node:fs';
import {
  defaultLogLimits,
  type LogLimitsFile,
  logLimitsOf,
  parseLogLimits,
} from '@rig-ops/contract/log-limits';
import type { StoreLimits } from '@rig-ops/logstore';

/** What a log may take: space and time in the store, and how fast it may grow. */
export interface LogLimits extends StoreLimits {
  /** Sustained rate at which output is stored; what is faster waits in the spool, within its bound. */
  bytesPerSecond: number;
  /** What may come at once beyond the rate. */
  burstBytes: number;
}

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** The limits of this platform: those of its file over the defaults. */
export class LimitsOfPlatform {
  readonly #file: LogLimitsFile;

  private constructor(file: LogLimitsFile) {
    this.#file = file;
  }

  static none(): LimitsOfPlatform {
    return new LimitsOfPlatform({});
  }

  /** Without a file: the defaults. @throws Error that says what is wrong with the file */
  static read(path: string): LimitsOfPlatform {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new LimitsOfPlatform({});
      throw error;
    }
    return new LimitsOfPlatform(parseLogLimits(text));
  }

  get totalBytes(): number {
    return (this.#file.totalMegabytes ?? defaultLogLimits.totalMegabytes) * MIB;
  }

  of(app: string | undefined): LogLimits {
    const { megabytes, days, megabytesPerSecond, burstMegabytes } = logLimitsOf(this.#file, app);
    return {
      bytes: megabytes * MIB,
      ageMs: days * DAY_MS,
      bytesPerSecond: megabytesPerSecond * MIB,
      burstBytes: burstMegabytes * MIB,
    };
  }
}
