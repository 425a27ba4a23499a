import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginRecord } from './plugin-record.ts';
import type { PluginStore } from './plugin-store.ts';
import { treeDigest } from './tree-digest.ts';

/** Whether the files of a plugin are those that were installed; a linked folder may change. */
export function checkContent(
  store: PluginStore,
  record: PluginRecord,
): 'intact' | 'changed' | 'missing' | 'unknown' {
  if (!existsSync(join(store.rootOf(record), 'package.json'))) return 'missing';
  if (record.content === null) return 'unknown';
  const digest = treeDigest(join(store.folder, record.folder, 'node_modules'));
  return digest === record.content ? 'intact' : 'changed';
}
