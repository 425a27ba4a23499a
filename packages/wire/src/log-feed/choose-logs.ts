import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogSourceKind } from '@rig-ops/contract/log-words';
import type { WantedLog } from './read-logs.ts';

export type ChosenSource = LogSourceKind;

/**
 * Which logs hold what was asked for. The log of an app has what the app printed and what the platform says
 * about its instances; requests have a log of their own.
 */
export function chooseLogs(
  apps: readonly string[],
  sources: readonly ChosenSource[] | undefined,
  query: LogQuery | undefined,
): WantedLog[] {
  if (sources === undefined) return apps.map((app) => ({ of: { app }, query }));
  const stores = [
    ...(sources.some((source) => source !== 'edge') ? [undefined] : []),
    ...(sources.includes('edge') ? (['edge'] as const) : []),
  ];
  const selected = { ...query, sources: [...new Set(sources)] };
  return apps.flatMap((app) =>
    stores.map((store) => ({ of: store === undefined ? { app } : { app, store }, query: selected })),
  );
}
