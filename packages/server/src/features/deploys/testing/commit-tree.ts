import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hashTree, manifestId, packChunks, planPacks, scanTree } from '@rig-ops/bundle';
import type { BlobStore } from '@rig-ops/bundle/store';
import type { BundleStore } from '../../bundles/bundle-store.ts';

/** Uploads files, by path, as a bundle of an app. @returns the id of the bundle */
export async function commitTree(
  appId: string,
  files: Record<string, string>,
  { blobs, bundles }: { blobs: BlobStore; bundles: BundleStore },
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rig-tree-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const scan = await scanTree(root);
    const manifest = await hashTree(scan);
    const id = manifestId(manifest);
    const at = new Date().toISOString();
    await bundles.announce({ id, appId, manifest, at });
    for (const plan of planPacks(manifest, await blobs.missing(appId, manifest))) {
      const pack = await packChunks(scan, plan);
      await blobs.putPack(appId, pack.id, pack.bytes);
    }
    await bundles.markCommitted(appId, id, at);
    return id;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
