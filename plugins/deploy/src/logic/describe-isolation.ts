import type { Network } from '@rig-ops/contract/resources';

/** What a network keeps apart on this platform, and what not. */
export function describeIsolation({ discovery, isolated }: Pick<Network, 'discovery' | 'isolated'>): string {
  const found =
    discovery === 'names'
      ? 'Its apps find one another by name'
      : 'Its apps find one another by RIG_<APP>_URL';
  return isolated
    ? `${found}; apps of other networks are kept out.`
    : `${found}; apps of other networks are not told where they are, but nothing keeps them out on this platform.`;
}
