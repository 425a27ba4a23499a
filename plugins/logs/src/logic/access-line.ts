import type { AccessConnection, AccessRecord, AccessRequest } from '@rig-ops/contract/access-record';
import { formatBytes, formatDuration } from '@rig-ops/kit/text';
import type { Painter } from './painter.ts';

/** An access record as the edge wrote it; undefined for anything else. */
export function readAccessRecord(text: string): AccessRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<AccessRecord>;
    return record.type === 'request' || record.type === 'connection' ? (record as AccessRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** One line about a request, for people. */
export function accessLine(record: AccessRecord, paint: Painter): string {
  return record.type === 'request' ? requestLine(record, paint) : connectionLine(record, paint);
}

function requestLine(record: AccessRequest, paint: Painter): string {
  const { method, host, path, status, outcome, bytesIn, bytesOut, firstByteMs, totalMs, instance } = record;
  const parts = [
    method === '' ? 'no HTTP' : `${method} ${host}${path}`,
    paint(toneOf(status), status === 0 ? '-' : String(status)),
    firstByteMs === null
      ? formatDuration(totalMs)
      : `${formatDuration(firstByteMs)} / ${formatDuration(totalMs)}`,
    `${formatBytes(bytesIn)} in ${formatBytes(bytesOut)} out`,
    instance ?? '-',
    record.client,
  ];
  if (outcome !== 'answered') parts.push(paint('bad', outcome));
  if (!record.protocol.startsWith('HTTP/1.1')) parts.push(record.protocol);
  return `${parts.join('  ')}  ${paint('dim', record.requestId)}`;
}

const problems = {
  refused: 'refused the connection',
  'timed-out': 'did not take the connection in time',
  reset: 'broke the connection',
} as const;

function connectionLine({ instance, problem, requestId }: AccessConnection, paint: Painter): string {
  return `${paint('warn', `${instance} ${problems[problem]}`)}  ${paint('dim', requestId)}`;
}

function toneOf(status: number): 'good' | 'warn' | 'bad' {
  if (status === 0 || status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}
