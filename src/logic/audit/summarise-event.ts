import type { AuditEvent } from '@rig-ops/contract/resources';
import { formatBytes, formatDuration, sanitise } from '@rig-ops/kit/text';

const MAX = 60;

/** What a line has room for of an event's details; '' for those that speak for themselves. */
export function summariseEvent({ details }: AuditEvent): string {
  const { session, argv, end, exitCode, seconds, bytes, recording, reason, purpose, mode, steal } = details;
  const parts = [
    typeof session === 'string' ? session : '',
    Array.isArray(argv) ? shorten(argv.map(String).join(' ')) : '',
    typeof end === 'string' ? outcomeOf(end, exitCode) : '',
    typeof seconds === 'number' ? `after ${formatDuration(seconds * 1000)}` : '',
    typeof end === 'string' && isCounts(bytes) ? `${formatBytes(bytes.stdout + bytes.stderr)} out` : '',
    recordingOf(recording),
    steal === true ? 'took over' : mode === 'read' ? 'to watch' : '',
    typeof purpose === 'string' ? `for ${purpose}` : '',
    typeof reason === 'string' ? `“${shorten(reason)}”` : '',
  ];
  return sanitise(parts.filter((part) => part !== '').join(' '));
}

const shorten = (text: string): string => (text.length > MAX ? `${text.slice(0, MAX)}…` : text);

function outcomeOf(end: string, exitCode: unknown): string {
  if (end === 'exited') return typeof exitCode === 'number' ? `exit ${exitCode}` : end;
  return typeof exitCode === 'number' ? `${end} (exit ${exitCode})` : end;
}

const isCounts = (value: unknown): value is { stdout: number; stderr: number } =>
  typeof value === 'object' && value !== null && 'stdout' in value && 'stderr' in value;

function recordingOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { failure } = value as { failure?: unknown };
  return typeof failure === 'string' ? 'recording failed' : 'recorded';
}
