export { StatCache } from './cache/stat-cache.ts';
export { giveBack } from './give-back.ts';
export { checkPaths } from './manifest/check-entries.ts';
export { type HashOptions, hashTree } from './manifest/hash-tree.ts';
export {
  idOfBlocks,
  joinBlocks,
  joinManifest,
  makeBlock,
  type ManifestBlock,
  splitManifest,
} from './manifest/manifest-blocks.ts';
export { type HeldChunk, type Slice, TreeSlicer } from './manifest/tree-slicer.ts';
export { manifestId } from './manifest/manifest-id.ts';
export { chunkDigestsOf, decodeMissing, encodeMissing } from './manifest/missing-bitmap.ts';
export { validateManifest } from './manifest/validate-manifest.ts';
export { type Pack, packChunks, Packer, packHeld } from './pack/pack-chunks.ts';
export type { PackedChunk } from './pack/pack-layout.ts';
export { type PackPlan, type PlannedChunk, planPacks } from './pack/plan-packs.ts';
export type { LeftOut, Scan, ScannedEntry, ScannedFile } from './scan/scan.ts';
export { type ScanOptions, scanTree } from './scan/scan-tree.ts';
export { contentBytes, largestFiles } from './scan/too-large.ts';
