import type { Session } from '@rig-ops/contract/resources';

/** `running`, or how it ended. */
export function describeState({ state, end, exitCode }: Session): string {
  if (state === 'running') return 'running';
  if (end === null || end === 'exited') return exitCode === null ? 'ended' : `exited ${exitCode}`;
  return end;
}

/** Who is attached, those who watch in brackets. */
export function describeClients({ state, clients }: Session): string {
  if (state === 'ended') return '';
  if (clients.length === 0) return 'none';
  return clients.map(({ user, mode }) => (mode === 'write' ? user : `(${user})`)).join(', ');
}

export function describeRecording({ recording }: Session): string {
  if (recording === null) return 'no';
  return recording.truncated ? `${recording.state}, cut` : recording.state;
}
