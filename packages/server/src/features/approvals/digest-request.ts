import { createHash } from 'node:crypto';
import type { SessionRequest } from '../access-policies/session-policy.ts';

const sorted = (record: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(record).toSorted(([left], [right]) => (left < right ? -1 : 1));

/**
 * What an approval holds for, as one number: who, what kind, where, and every word of what is to run.
 * The reason is not part of it. Hex SHA-256.
 */
export function digestRequest(
  request: Pick<SessionRequest, 'identity' | 'kind' | 'target' | 'argv' | 'env' | 'cwd' | 'particulars'>,
): string {
  const { identity, kind, target, argv, env, cwd, particulars } = request;
  const place = target.kind === 'app' ? ['app', target.id] : ['network', target.network];
  return createHash('sha256')
    .update(JSON.stringify([identity.userId, kind, place, argv, sorted(env), cwd, sorted(particulars)]))
    .digest('hex');
}
