import type { Metrics } from '@rig-ops/contract/resources';
import { call } from '../api/call.ts';
import { mergeMetrics, WINDOW_POINTS } from '../logic/merge-metrics.ts';
import { makeResource, type Resource } from './resource.ts';

export type Step = Metrics['step'];

export const WINDOWS = [
  { value: '1s', text: '5 min' },
  { value: '10s', text: '2 h' },
  { value: '60s', text: '24 h' },
] as const satisfies readonly { value: Step; text: string }[];

const EVERY_MS = { '1s': 1000, '10s': 5000, '60s': 20_000 } as const;

/** What was measured in the window of a step, of one app with its instances or of all; only news are asked for. */
export function makeMetrics(step: Step, app?: string): Resource<Metrics> {
  const limit = WINDOW_POINTS[step];
  return makeResource<Metrics>(
    async (signal, old) => {
      const after = old?.to ?? undefined;
      const next = await call('getMetrics', {
        query: {
          step,
          points: limit,
          ...(app === undefined ? {} : { app }),
          ...(after === undefined ? {} : { after }),
        },
        signal,
      });
      return mergeMetrics(old, next, limit);
    },
    { everyMs: EVERY_MS[step], compare: false },
  );
}

/** Of all apps, one for each step, kept from page to page. */
export const platformMetrics: Readonly<Record<Step, Resource<Metrics>>> = {
  '1s': makeMetrics('1s'),
  '10s': makeMetrics('10s'),
  '60s': makeMetrics('60s'),
};
