import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scan } from '@rig-ops/bundle';

/**
 * Reads the rig.toml that goes up, if there is one: the platform would refuse a wrong one, but only once
 * all is uploaded. `folder` is that of the app inside the source.
 * @throws RigError `invalid_rig_toml`
 */
export async function checkRigToml({ root, entries }: Scan, folder: string): Promise<void> {
  const path = folder === '.' ? 'rig.toml' : `${folder}/rig.toml`;
  if (!entries.some((entry) => entry.type === 'file' && entry.path === path)) return;
  const { parseRigToml } = await import('@rig-ops/contract/rig-toml-file');
  parseRigToml(await readFile(join(root, path), 'utf8'));
}
