import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { PLATFORM_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import { writeFileAtomically } from '../files/write-file-atomically.ts';

type Paths = Pick<PlatformLayout, 'clusters'>;

const pathOf = ({ clusters }: Paths): string => join(clusters, `${PLATFORM_CLUSTER}.yaml`);

/** The kubeconfig of the cluster of a platform, with its credentials; null for none. */
export async function readCluster(layout: Paths): Promise<string | null> {
  try {
    return await readFile(pathOf(layout), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Keeps it for the next starts. @returns what puts back the one of before */
export async function keepCluster(layout: Paths, kubeconfig: string): Promise<() => Promise<void>> {
  const before = await readCluster(layout);
  if (before === kubeconfig) return async () => {};
  await write(layout, kubeconfig);
  return () => write(layout, before);
}

async function write(layout: Paths, kubeconfig: string | null): Promise<void> {
  const path = pathOf(layout);
  if (kubeconfig === null) return await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, kubeconfig);
}
