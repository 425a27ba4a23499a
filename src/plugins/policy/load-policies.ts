import { readFileSync } from 'node:fs';
import { loadContexts } from '@rig-ops/client/contexts';
import { RigError } from '@rig-ops/contract/errors';
import { checkPlatformRules, readPolicyFile } from './parse-policy.ts';
import type { Policy } from './policy.ts';
import { type PolicyPlaces, policyFiles } from './verdict.ts';

/** What platforms said last about plugins, by context: a file of its own, so that it holds without a network. */
export type PlatformPolicies = Record<string, { fetchedAt: string; rules: Record<string, unknown> }>;

/** Every policy that is in force for a user, the administrator's first. @throws RigError `invalid_policy` */
export async function loadPolicies(places: PolicyPlaces): Promise<Policy[]> {
  const files = policyFiles(places);
  const admin = readPolicyFile(files.admin);
  const user = readPolicyFile(files.user);
  return [
    ...(admin === undefined ? [] : [{ origin: files.admin, kind: 'admin' as const, ...admin }]),
    ...(await platformPolicies(places)),
    ...(user === undefined ? [] : [{ origin: files.user, kind: 'user' as const, ...user }]),
  ];
}

/**
 * Those of platforms the user still has a context for, and of the one RIG_URL named last. A plugin can reach
 * all of them, so all count.
 */
async function platformPolicies(places: PolicyPlaces): Promise<Policy[]> {
  const stored = readPlatformPolicies(places);
  if (Object.keys(stored).length === 0) return [];
  const contexts = new Set([...(await loadContexts(places.rigHome)).map(({ name }) => name), 'RIG_URL']);
  return Object.entries(stored)
    .filter(([name, { rules }]) => contexts.has(name) && Object.keys(rules).length > 0)
    .map(([name, { rules }]) => {
      const origin = `platform ${name}`;
      return { origin, kind: 'platform' as const, rules: checkPlatformRules(rules, origin) };
    });
}

export function readPlatformPolicies(places: PolicyPlaces): PlatformPolicies {
  const path = policyFiles(places).platform;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PlatformPolicies;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new RigError('invalid_policy', `${path} cannot be read; remove it, and it is fetched again.`, {
      cause: error,
    });
  }
}
