import { posix } from 'node:path';
import type { BlobStore } from '@rig-ops/bundle/store';
import type { BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { SourceTree } from '../../detectors/detector.ts';

/** As of a tree that is unpacked. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const MAX_LINKS = 8;

/** The file at a path, also where that is a link to one. */
function fileAt({ entries }: BundleManifest, path: string): FileEntry | undefined {
  let at = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const entry = entries.find((each) => each.path === at);
    if (entry?.type !== 'symlink') return entry?.type === 'file' ? entry : undefined;
    at = posix.join(posix.dirname(at), entry.target);
  }
  return undefined;
}

/** Text of a file of a bundle; null where there is none. */
export async function readBundleText(
  manifest: BundleManifest,
  path: string,
  appId: string,
  blobs: Pick<BlobStore, 'readFiles'>,
): Promise<string | null> {
  const entry = fileAt(manifest, path);
  if (entry === undefined) return null;
  if (entry.size > MAX_TEXT_BYTES)
    throw new RigError('invalid_input', `${path} is larger than 4 MiB; that cannot be right.`);
  const parts: Uint8Array[] = [];
  await blobs.readFiles(appId, [entry], async ({ bytes }) => {
    parts.push(Buffer.from(bytes));
  });
  return Buffer.concat(parts).toString('utf8');
}

/** A bundle as detectors see it, without being unpacked. */
export function openBundleTree(
  manifest: BundleManifest,
  appId: string,
  blobs: Pick<BlobStore, 'readFiles'>,
  path = '.',
): SourceTree {
  const full = (name: string): string => posix.join(path, name);
  return {
    path,
    hasFile: async (file) => fileAt(manifest, full(file)) !== undefined,
    foldersIn: async (folder) => {
      const above = full(folder);
      const start = above === '.' ? '' : `${above}/`;
      const names = manifest.entries.flatMap((entry) => {
        if (!entry.path.startsWith(start)) return [];
        const [name = '', ...rest] = entry.path.slice(start.length).split('/');
        return rest.length > 0 || entry.type === 'directory' ? [name] : [];
      });
      return [...new Set(names)].toSorted((left, right) => (left < right ? -1 : 1));
    },
    readText: async (file) => await readBundleText(manifest, full(file), appId, blobs),
    at: (other) => openBundleTree(manifest, appId, blobs, other),
  };
}
