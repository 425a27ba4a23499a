import type { NetworkRecord } from '../network-store.ts';

/** A network that runs on what the platform runs on. */
export const networkOf = (name: string, change: Partial<NetworkRecord> = {}): NetworkRecord => ({
  name,
  createdAt: '2026-01-02T03:04:05.678Z',
  createdBy: 'ann',
  engine: 'process',
  follows: true,
  cluster: null,
  ...change,
});
