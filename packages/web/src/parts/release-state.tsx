import type { Release } from '@rig-ops/contract/resources';
import { Badge, type Tone } from './badge.tsx';

const tones: Record<Release['status'], Tone> = {
  pending: 'busy',
  live: 'good',
  superseded: 'none',
  failed: 'bad',
};

export function ReleaseState({ status }: { status: Release['status'] }) {
  return <Badge tone={tones[status]}>{status}</Badge>;
}
