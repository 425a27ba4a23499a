import type { Session } from '@rig-ops/contract/resources';
import type { Tone } from '../../parts/badge.tsx';

/** `running`, or how it ended. */
export function stateOf({ state, end, exitCode }: Session): { tone: Tone; text: string } {
  if (state === 'running') return { tone: 'good', text: 'running' };
  if (end === null || end === 'exited') {
    if (exitCode === null) return { tone: 'none', text: 'ended' };
    return { tone: exitCode === 0 ? 'none' : 'bad', text: `exited ${exitCode}` };
  }
  return { tone: 'warn', text: end };
}

/** Where it is. */
export function placeOf({ app, instance, network }: Session): string {
  if (app === null) return `network ${network}`;
  return instance === null ? app : `${app}/${instance}`;
}

/** Who is attached, those who watch in brackets. */
export function clientsOf({ state, clients, detached }: Session): string {
  if (state === 'ended') return '';
  if (clients.length === 0) return detached ? 'nobody; it was left' : 'nobody';
  return clients.map(({ user, mode }) => (mode === 'write' ? user : `(${user})`)).join(', ');
}

/** Whether its recording can be played. */
export const isPlayable = ({ recording }: Session): boolean =>
  recording !== null && (recording.state === 'kept' || recording.state === 'recording');
