/**
 * What a log may take: space and time in its store, and how fast it may grow. `log-limits.json` in the folder of a
 * platform has it; rigd writes it, the supervisor obeys it.
 */
export interface LogLimitsEntry {
  /** Space of one log, compressed, in MiB. */
  megabytes?: number;
  days?: number;
  /** Sustained rate at which output is stored; what is faster waits, within a bound. */
  megabytesPerSecond?: number;
  /** What may come at once beyond the rate. */
  burstMegabytes?: number;
}

/** Everything may be left out. */
export interface LogLimitsFile extends LogLimitsEntry {
  /** Space of all logs together, in MiB. */
  totalMegabytes?: number;
  /** By name of the app. */
  apps?: Record<string, LogLimitsEntry>;
}

export const logLimitNames = ['megabytes', 'days', 'megabytesPerSecond', 'burstMegabytes'] as const;

/** What holds where nothing was set. */
export const defaultLogLimits = {
  megabytes: 1024,
  days: 14,
  megabytesPerSecond: 64,
  burstMegabytes: 256,
  totalMegabytes: 10 * 1024,
} as const satisfies Required<Omit<LogLimitsFile, 'apps'>>;

/** @throws Error that says what is wrong with the text, for people */
export function parseLogLimits(text: string): LogLimitsFile {
  const file = JSON.parse(text) as LogLimitsFile;
  checkEntry(file, [...logLimitNames, 'totalMegabytes', 'apps'], 'log-limits.json');
  for (const [name, entry] of Object.entries(file.apps ?? {}))
    checkEntry(entry, logLimitNames, `apps.${name}`);
  return file;
}

function checkEntry(entry: unknown, names: readonly string[], where: string): void {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new Error(`${where} is not an object`);
  for (const [name, value] of Object.entries(entry)) {
    if (!names.includes(name))
      throw new Error(`${where} has ${name}, which is not one of ${names.join(', ')}`);
    if (name === 'apps') {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Error(`${where}: apps is not an object`);
    } else if (typeof value !== 'number' || !(value > 0)) {
      throw new Error(`${where}: ${name} is not a number above 0`);
    }
  }
}

/** What an app has of its own; undefined when nothing. */
export function ownLogLimits(file: LogLimitsFile, app: string | undefined): LogLimitsEntry | undefined {
  const { apps = {} } = file;
  return app !== undefined && Object.hasOwn(apps, app) ? apps[app] : undefined;
}

/** What holds for the logs of an app; of everything else when there is none. */
export function logLimitsOf(file: LogLimitsFile, app?: string): Required<LogLimitsEntry> {
  const own = ownLogLimits(file, app);
  const limit = (name: (typeof logLimitNames)[number]) => own?.[name] ?? file[name] ?? defaultLogLimits[name];
  return {
    megabytes: limit('megabytes'),
    days: limit('days'),
    megabytesPerSecond: limit('megabytesPerSecond'),
    burstMegabytes: limit('burstMegabytes'),
  };
}
