import {
  defaultLogLimits,
  type LogLimitsEntry,
  type LogLimitsFile,
  logLimitNames,
  logLimitsOf,
  ownLogLimits,
} from '@rig-ops/contract/log-limits';
import type { LogRetention, LogRetentionChange } from '@rig-ops/contract/resources';
import type { LimitsFile } from './log-limits-file.ts';

/** How much of logs is kept, and how fast they may grow. */
export class LogRetentionService {
  readonly #file: LimitsFile;

  constructor(file: LimitsFile) {
    this.#file = file;
  }

  async get(app?: string): Promise<LogRetention> {
    return describe(await this.#file.read(), app);
  }

  async change(change: LogRetentionChange, app?: string): Promise<LogRetention> {
    const changed = await this.#file.change((file) =>
      app === undefined ? apply(file, change) : withApp(file, app, change),
    );
    return describe(changed, app);
  }

  /** The app is gone: another one of its name begins without limits of its own. */
  async forget(app: string): Promise<void> {
    if (ownLogLimits(await this.#file.read().catch(() => ({})), app) === undefined) return;
    await this.#file.change(({ apps: { [app]: _gone, ...apps } = {}, ...file }) => ({ ...file, apps }));
  }
}

function withApp(file: LogLimitsFile, app: string, change: LogRetentionChange): LogLimitsFile {
  const { [app]: own = {}, ...others } = file.apps ?? {};
  const changed = apply(own, change);
  return { ...file, apps: Object.keys(changed).length === 0 ? others : { ...others, [app]: changed } };
}

function apply<T extends LogLimitsEntry>(entry: T, change: LogRetentionChange): T {
  const changed = Object.entries({ ...entry, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(changed) as T;
}

function describe(file: LogLimitsFile, app: string | undefined): LogRetention {
  const own = ownLogLimits(file, app) ?? {};
  const setBy = (name: (typeof logLimitNames)[number]) => {
    if (own[name] !== undefined) return 'app';
    return file[name] === undefined ? 'default' : 'platform';
  };
  return {
    app: app ?? null,
    ...logLimitsOf(file, app),
    totalMegabytes: file.totalMegabytes ?? defaultLogLimits.totalMegabytes,
    setBy: {
      megabytes: setBy('megabytes'),
      days: setBy('days'),
      megabytesPerSecond: setBy('megabytesPerSecond'),
      burstMegabytes: setBy('burstMegabytes'),
      totalMegabytes: file.totalMegabytes === undefined ? 'default' : 'platform',
    },
    apps: app === undefined ? Object.keys(file.apps ?? {}).toSorted() : [],
  };
}
