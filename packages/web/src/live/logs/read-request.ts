import type { AccessConnection, AccessRecord, AccessRequest } from '@rig-ops/contract/access-record';

/** A record of the edge; null for anything else. */
export function readRequest(text: string): AccessRecord | null {
  try {
    const record = JSON.parse(text) as Partial<AccessRecord>;
    return record.type === 'request' || record.type === 'connection' ? (record as AccessRecord) : null;
  } catch {
    return null;
  }
}

const problems = {
  refused: 'refused the connection',
  'timed-out': 'did not take the connection in time',
  reset: 'broke the connection',
} as const;

/** What an instance did with a connection, in words. */
export const describeProblem = ({ instance, problem }: AccessConnection): string =>
  `${instance} ${problems[problem]}`;

export function toneOfRequest({ status, outcome }: AccessRequest): 'good' | 'warn' | 'bad' {
  if (status === 0 || status >= 500) return 'bad';
  return status >= 400 || outcome !== 'answered' ? 'warn' : 'good';
}
