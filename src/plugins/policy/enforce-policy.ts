import { join } from 'node:path';
import { writeFileAtomically } from '@rig-ops/client/files';
import { toErrorDocument } from '@rig-ops/contract/errors';
import type { PluginRecord } from '../plugin-record.ts';
import { PluginStore } from '../plugin-store.ts';
import { judge } from './evaluate-policy.ts';
import { loadPolicies } from './load-policies.ts';
import type { Policy } from './policy.ts';
import {
  type DeniedPlugin,
  type PolicyPlaces,
  policyFiles,
  stampOf,
  type Verdict,
  verdictPath,
} from './verdict.ts';

/**
 * Judges every installed plugin anew, makes oclif see those alone that are allowed, and keeps the verdict
 * with the state of the files it came from. A policy that cannot be read allows nothing.
 */
export async function enforcePolicy(places: PolicyPlaces): Promise<DeniedPlugin[]> {
  const store = new PluginStore(places.dataDir);
  const files = policyFiles(places);
  // Looked at before they are read: what changes meanwhile makes the verdict stale.
  const watched = [
    files.admin,
    files.user,
    files.platform,
    join(places.rigHome, 'contexts.json'),
    store.lockPath,
  ];
  const stamps = Object.fromEntries(watched.map((path) => [path, stampOf(path)]));
  const records = store.read();
  const { denied, lockFiles } = await judgeAll(records, places);
  for (const path of lockFiles ?? []) stamps[path] = stampOf(path);
  const names = new Set(denied.map(({ name }) => name));
  const adopted = records.filter(({ installedAt }) => Date.parse(installedAt) === 0);
  // What others wrote for oclif is kept in the lock before it leaves oclif's sight.
  if (adopted.some(({ name }) => names.has(name))) {
    await store.write(records);
    stamps[store.lockPath] = stampOf(store.lockPath);
  }
  await store.writeView(records.filter(({ name }) => !names.has(name)));
  stamps[store.viewPath] = stampOf(store.viewPath);
  // What made a policy unreadable may be any file: such a verdict is good for this once.
  const verdict: Verdict = { dataDir: places.dataDir, stamps: lockFiles === null ? {} : stamps, denied };
  await writeFileAtomically(verdictPath(places.dataDir), `${JSON.stringify(verdict, null, 2)}\n`);
  return denied;
}

async function judgeAll(
  records: readonly PluginRecord[],
  places: PolicyPlaces,
): Promise<{ denied: DeniedPlugin[]; lockFiles: string[] | null }> {
  let policies: Policy[];
  try {
    policies = await loadPolicies(places);
  } catch (error) {
    const reason = toErrorDocument(error).message;
    const denied = records.map(({ name, version }) => ({
      name,
      version,
      origin: 'policy',
      rule: 'unreadable',
      reason,
    }));
    return { denied, lockFiles: null };
  }
  const denied = records.flatMap((record) => {
    const { name, version, integrity, source, signature } = record;
    const refusal = judge(
      { name, version, integrity, kind: source.kind, signature, signatureKnown: true },
      policies,
    );
    return refusal === undefined ? [] : [{ name, version, ...refusal }];
  });
  return { denied, lockFiles: policies.flatMap(({ lockFile }) => lockFile ?? []) };
}
