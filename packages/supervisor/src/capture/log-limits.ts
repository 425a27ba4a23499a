import { readFileSync } from 'node:fs';
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

export const defaultLimits = {
  perStore: { bytes: 1024 * MIB, ageMs: 14 * DAY_MS, bytesPerSecond: 64 * MIB, burstBytes: 256 * MIB },
  totalBytes: 10 * 1024 * MIB,
} as const satisfies { perStore: LogLimits; totalBytes: number };

/** As `log-limits.json` in the folder of the platform has it; everything may be left out. */
interface LimitsFile extends LimitsEntry {
  totalMegabytes?: number;
  /** By name of the app. */
  apps?: Record<string, LimitsEntry>;
}

interface LimitsEntry {
  megabytes?: number;
  days?: number;
  megabytesPerSecond?: number;
  burstMegabytes?: number;
}

const ENTRY = ['megabytes', 'days', 'megabytesPerSecond', 'burstMegabytes'] as const;

/** The limits of this platform: those of its file over the defaults. */
export class LimitsOfPlatform {
  readonly #file: LimitsFile;

  private constructor(file: LimitsFile) {
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
    const file = JSON.parse(text) as LimitsFile;
    checkEntry(file, [...ENTRY, 'totalMegabytes', 'apps'], 'log-limits.json');
    for (const [name, entry] of Object.entries(file.apps ?? {})) checkEntry(entry, ENTRY, `apps.${name}`);
    return new LimitsOfPlatform(file);
  }

  get totalBytes(): number {
    return this.#file.totalMegabytes === undefined
      ? defaultLimits.totalBytes
      : this.#file.totalMegabytes * MIB;
  }

  of(app: string | undefined): LogLimits {
    const { apps = {} } = this.#file;
    const own = app !== undefined && Object.hasOwn(apps, app) ? apps[app] : undefined;
    const entry = { ...this.#file, ...own };
    const { perStore } = defaultLimits;
    return {
      bytes: (entry.megabytes ?? perStore.bytes / MIB) * MIB,
      ageMs: (entry.days ?? perStore.ageMs / DAY_MS) * DAY_MS,
      bytesPerSecond: (entry.megabytesPerSecond ?? perStore.bytesPerSecond / MIB) * MIB,
      burstBytes: (entry.burstMegabytes ?? perStore.burstBytes / MIB) * MIB,
    };
  }
}

function checkEntry(entry: unknown, names: readonly string[], where: string): void {
  if (typeof entry !== 'object' || entry === null) throw new Error(`${where} is not an object`);
  for (const [name, value] of Object.entries(entry)) {
    if (!names.includes(name))
      throw new Error(`${where} has ${name}, which is not one of ${names.join(', ')}`);
    if (name === 'apps') continue;
    if (typeof value !== 'number' || !(value > 0))
      throw new Error(`${where}: ${name} is not a number above 0`);
  }
}
