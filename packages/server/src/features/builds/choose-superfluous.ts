import type { CacheEntry } from './cache-folder.ts';

export interface EntryOfApp extends CacheEntry {
  appId: string;
}

/** Of what is kept, what is to go for the rest to fit: what was not used for the longest time. */
export function chooseSuperfluous(
  entries: readonly EntryOfApp[],
  limits: { perApp: number; total: number },
): EntryOfApp[] {
  const ofApp = new Map<string, number>();
  let total = 0;
  const superfluous: EntryOfApp[] = [];
  for (const entry of entries.toSorted((left, right) => right.usedAt - left.usedAt)) {
    const before = ofApp.get(entry.appId) ?? 0;
    if (before + entry.bytes > limits.perApp || total + entry.bytes > limits.total) {
      superfluous.push(entry);
      continue;
    }
    ofApp.set(entry.appId, before + entry.bytes);
    total += entry.bytes;
  }
  return superfluous;
}
