import type { Webhook } from '@rig-ops/contract/resources';
import { Badge } from '../../parts/badge.tsx';

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { state, failures } = webhook;
  if (state === 'disabled') return <Badge tone="bad">disabled</Badge>;
  if (state === 'paused') return <Badge tone="warn">paused</Badge>;
  if (failures > 0) return <Badge tone="bad">failing</Badge>;
  return <Badge tone="good">active</Badge>;
}
