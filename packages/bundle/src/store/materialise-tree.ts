import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { validateManifest } from '../manifest/validate-manifest.ts';
import type { ChunkPlace } from './pack-index.ts';
import { writeEnds } from './tree-ends.ts';
import { pieceJob, writePieces } from './tree-pieces.ts';
import { planTree } from './tree-plan.ts';
import { asDiskFull } from './write-durably.ts';

/**
 * Writes a small tree from packs, in the thread it is called in and without a pause. Each pack is read and
 * unpacked once. After a failure the folder is gone.
 * @param check called often; what it throws ends the work
 * @throws RigError `bundle_incomplete`, `invalid_bundle`, `disk_full`; `pack_damaged` with `pack` in its details
 */
export function materialiseTree(
  manifest: BundleManifest,
  places: ReadonlyMap<string, ChunkPlace>,
  { packDir, targetDir }: { packDir: string; targetDir: string },
  check: () => void = () => undefined,
): void {
  validateManifest(manifest);
  const { pieces, ends } = planTree(manifest.entries, places);
  check();
  makeFreshFolder(targetDir);
  try {
    for (const [packId, ofPack] of pieces)
      writePieces(pieceJob(ofPack, { targetDir, packDir, packId }), null, check);
    writeEnds({ targetDir, ends });
  } catch (error) {
    rmSync(targetDir, { recursive: true, force: true });
    throw asDiskFull(error);
  }
}

/** Nobody else can have prepared a way out of a folder that is new or empty, and private. */
export function makeFreshFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST' && readdirSync(path).length === 0;
    if (!taken) throw asDiskFull(error);
  }
}
