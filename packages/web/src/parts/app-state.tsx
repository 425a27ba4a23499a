import type { App, Instance } from '@rig-ops/contract/resources';
import { Badge, type Tone } from './badge.tsx';

const tones: Record<App['status'], Tone> = {
  empty: 'none',
  running: 'good',
  degraded: 'bad',
  deploying: 'busy',
};

export function AppState({ status }: { status: App['status'] }) {
  return <Badge tone={tones[status]}>{status === 'empty' ? 'not deployed' : status}</Badge>;
}

export function InstanceState({ instance }: { instance: Instance }) {
  const { state, health, exitCode } = instance;
  const code = exitCode === null ? '' : ` (${exitCode})`;
  if (state === 'crashed') return <Badge tone="bad">crashed{code}</Badge>;
  if (state === 'exited') return <Badge tone="none">exited{code}</Badge>;
  if (state === 'starting' || state === 'stopping') return <Badge tone="busy">{state}</Badge>;
  if (health === 'unhealthy') return <Badge tone="bad">unhealthy</Badge>;
  return <Badge tone="good">{health === 'healthy' ? 'healthy' : 'running'}</Badge>;
}
