import type { Span } from './decode-block.ts';

/** From the earliest to the latest record of several spans; 0 where they hold none. */
export function timesOfSpans(spans: readonly Pick<Span, 'earliest' | 'latest'>[]): {
  earliest: number;
  latest: number;
} {
  let [earliest, latest] = [0, 0];
  for (const span of spans) {
    if (span.latest === 0) continue;
    earliest = earliest === 0 ? span.earliest : Math.min(earliest, span.earliest);
    latest = Math.max(latest, span.latest);
  }
  return { earliest, latest };
}
