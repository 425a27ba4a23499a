import { mkdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RigClient } from '@rig-ops/client';
import { writeFileAtomically } from '@rig-ops/client/files';
import { isRigError } from '@rig-ops/contract/errors';
import { currentInvocation, type Ui } from '@rig-ops/kit';
import { readPlatformPolicies } from './load-policies.ts';
import { type PolicyPlaces, policyFiles } from './verdict.ts';

/** Installing a plugin must not wait long for a platform that is not needed for it. */
const PATIENCE_MS = 5000;

/**
 * Asks the platform in force, if there is one, what it says about plugins, and keeps that. A platform that
 * does not answer leaves what it said last in force; that is told.
 */
export async function refreshPlatformPolicy(places: PolicyPlaces, ui: Ui): Promise<void> {
  const invocation = currentInvocation();
  try {
    await invocation.authenticate('optional');
    const { client, signal } = invocation;
    if (client === undefined) return;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    await keepPlatformPolicy(client, places, await client.call('getPluginPolicy', { signal: patience }));
  } catch (error) {
    invocation.signal.throwIfAborted();
    // A platform from before there were such policies.
    if (isRigError(error) && error.code === 'route_not_found') return;
    const reason = error instanceof Error ? error.message : String(error);
    ui.note(`The policy of the platform could not be asked for; what it said last holds. (${reason})`);
  }
}

export async function keepPlatformPolicy(
  client: RigClient,
  places: PolicyPlaces,
  rules: Record<string, unknown>,
): Promise<void> {
  const { name } = client.target;
  const stored = readPlatformPolicies(places);
  const before = stored[name]?.rules ?? {};
  // Written only when it says something else: every change of the file has all plugins judged anew.
  if (isDeepStrictEqual(before, rules)) return;
  const changed = { ...stored, [name]: { fetchedAt: new Date().toISOString(), rules } };
  await mkdir(places.rigHome, { recursive: true, mode: 0o700 });
  await writeFileAtomically(policyFiles(places).platform, `${JSON.stringify(changed, null, 2)}\n`);
}
