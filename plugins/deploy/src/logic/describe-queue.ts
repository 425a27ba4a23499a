import type { Deploy } from '@rig-ops/contract/resources';
import { formatRelativeTime } from '@rig-ops/kit/text';

/** What a deploy waits for, in one line. */
export function describeQueue(queue: NonNullable<Deploy['queue']>): string {
  const { position, until, waitsFor } = queue;
  const place = position === 1 ? '' : `, number ${position} in the queue`;
  const end = `until ${until.slice(11, 19)} UTC at most`;
  if (waitsFor === null) return `Waiting for its turn${place} (${end})`;
  const { deploy, owner, reason, since, step } = waitsFor;
  const why = reason === null ? '' : `: ${reason}`;
  const what =
    deploy === null
      ? `${owner} to end the lock, taken ${formatRelativeTime(since)}${why}`
      : `${deploy} of ${owner}, begun ${formatRelativeTime(since)}${step === null ? '' : `, now in ${step}`}${why}`;
  return `Waiting for ${what}${place} (${end})`;
}
