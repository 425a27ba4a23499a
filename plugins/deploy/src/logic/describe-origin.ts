import type { Release } from '@rig-ops/contract/resources';

/** What a release takes from an older one, as `code of v3`; null for one of a deploy. */
export function describeOrigin({
  rollbackOf,
  rollbackOnly,
}: Pick<Release, 'rollbackOf' | 'rollbackOnly'>): string | null {
  return rollbackOf === null ? null : `${rollbackOnly ?? 'content'} of v${rollbackOf}`;
}
