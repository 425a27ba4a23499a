import { join, relative, sep } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { Place } from './isolation.ts';

type Folders = Pick<PlatformLayout, 'artifacts' | 'instances'>;

/** What the programs of an instance may use: what it was built as, and the folder it has while it runs. */
export function placeOfInstance(
  { artifacts, instances }: Folders,
  { id, appId, cwd }: Pick<InstanceSpec, 'id' | 'appId' | 'cwd'>,
): Place {
  const [build = ''] = relative(artifacts, cwd).split(sep);
  const artifact = build === '' || build === '..' ? [] : [join(artifacts, build)];
  return { appId, own: [...artifact, join(instances, id)] };
}
