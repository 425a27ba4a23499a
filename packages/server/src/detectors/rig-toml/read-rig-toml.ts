import type { RigToml } from '@rig-ops/contract/rig-toml';
import { parseRigToml } from '@rig-ops/contract/rig-toml-file';
import type { SourceTree } from '../detector.ts';

/**
 * The manifest nearest to the app; its settings may stand at the top beside `root`. Null where there is none.
 * @throws RigError `invalid_rig_toml`
 */
export async function readRigToml(tree: SourceTree): Promise<RigToml | null> {
  const own = await tree.readText('rig.toml');
  const text = own ?? (tree.path === '.' ? null : await tree.at('.').readText('rig.toml'));
  return text === null ? null : parseRigToml(text);
}
