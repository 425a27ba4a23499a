import { RigError } from '@rig-ops/contract/errors';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** A timer of Node holds no more. */
const MOST_MS = 2 ** 31 - 1;

/**
 * Reads a span of time as people write it: `500ms`, `30s`, `5m`, `2h`, `1d`.
 * @returns milliseconds
 * @throws RigError `usage`
 */
export function parseTimeSpan(text: string, name: string): number {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const span = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (span >= 1 && span <= MOST_MS) return span;
  const wrong = Number.isNaN(span) ? 'which is not a span of time' : 'which is not between 1ms and 24d';
  throw new RigError('usage', `${name} is "${text}", ${wrong}.`, {
    hint: 'Write it as 500ms, 30s, 5m or 2h.',
  });
}
