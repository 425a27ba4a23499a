// The same words as in the contract, where they are part of a schema; loading schemas takes longer than a log.
import type { LogLevel, logSourceKinds as kinds } from '@rig-ops/contract/log-query';

/** From the least to the most severe. */
export const logLevels = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
] as const satisfies readonly LogLevel[];

export const logSourceKinds = [
  'app',
  'platform',
  'edge',
  'build',
] as const satisfies readonly (typeof kinds)[number][];

export type LogSourceKind = (typeof logSourceKinds)[number];
