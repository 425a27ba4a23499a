import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DeniedPlugin,
  type PolicyPlaces,
  policyFiles,
  stampOf,
  type Verdict,
  verdictPath,
} from './verdict.ts';

/**
 * Which plugins the policies keep from being loaded; oclif does not see them. On the path of every
 * command: some stats as long as nothing has changed since the last verdict, else the policies are read.
 */
export async function deniedPlugins(places: PolicyPlaces): Promise<DeniedPlugin[]> {
  const verdict = readVerdict(places.dataDir);
  if (verdict !== undefined && isCurrent(verdict, places)) return verdict.denied;
  const files = policyFiles(places);
  const ruled = [files.admin, files.user, files.platform].some((path) => existsSync(path));
  if (!ruled && verdict === undefined) return [];
  if (
    !existsSync(join(places.dataDir, 'package.json')) &&
    !existsSync(join(places.dataDir, 'rig-plugins.lock'))
  ) {
    return [];
  }
  const { enforcePolicy } = await import('./enforce-policy.ts');
  return await enforcePolicy(places);
}

function isCurrent({ dataDir, stamps }: Verdict, places: PolicyPlaces): boolean {
  // A folder that was moved: the absolute paths in what oclif reads are those of the old one.
  if (dataDir !== places.dataDir) return false;
  const { admin, user, platform } = policyFiles(places);
  if ([admin, user, platform].some((path) => stamps[path] === undefined)) return false;
  return Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
}

function readVerdict(dataDir: string): Verdict | undefined {
  try {
    return JSON.parse(readFileSync(verdictPath(dataDir), 'utf8')) as Verdict;
  } catch {
    // None yet, or half of one: it is made anew.
    return undefined;
  }
}
