import Type, { type Static } from 'typebox';
import { BUNDLE_LIMITS, MANIFEST_BLOCK_ENTRIES } from './bundle-limits.ts';

/** Limits that a platform sets for itself; {@link BUNDLE_LIMITS} unless it says otherwise. */
export const BundleLimitsSchema = Type.Object(
  {
    entries: Type.Integer({ minimum: 1, description: 'Files, symlinks and empty folders at most.' }),
    totalBytes: Type.Integer({ minimum: 1, description: 'Bytes of all files at most.' }),
  },
  { $id: 'BundleLimits', description: 'What a bundle may have at most.' },
);
export type BundleLimits = Readonly<Static<typeof BundleLimitsSchema>>;

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, 64 lower-case hex digits.' });

export const FileEntrySchema = Type.Object({
  type: Type.Literal('file'),
  path: Type.String({ description: 'Relative to the root, `/` between names, in NFC.' }),
  executable: Type.Boolean({ description: 'Whether the owner may execute it.' }),
  size: Type.Integer({ minimum: 0, description: 'In bytes.' }),
  chunks: Type.Array(sha256, {
    description: 'Digests of its chunks of CHUNK_BYTES in order; empty for an empty file.',
  }),
});
export const SymlinkEntrySchema = Type.Object({
  type: Type.Literal('symlink'),
  path: Type.String({ description: 'Relative to the root, `/` between names, in NFC.' }),
  target: Type.String({ description: 'Relative target that stays inside the tree.' }),
});
export const DirectoryEntrySchema = Type.Object({
  type: Type.Literal('directory'),
  path: Type.String({ description: 'An empty directory; others follow from the paths.' }),
});

export const BundleEntrySchema = Type.Union([FileEntrySchema, SymlinkEntrySchema, DirectoryEntrySchema]);

/**
 * A bundle: its entries sorted by the bytes of their paths. Its id is the SHA-256 of its canonical
 * bytes: `JSON.stringify` of the manifest with exactly these keys in exactly this order.
 */
export const BundleManifestSchema = Type.Object(
  {
    version: Type.Literal(1),
    entries: Type.Array(BundleEntrySchema, { description: 'Sorted by path.' }),
  },
  { $id: 'BundleManifest', description: 'An immutable, content-addressed snapshot of a source tree.' },
);

/**
 * What announces a bundle: its manifest in blocks. A block is a run of entries, its digest the SHA-256 of
 * their canonical JSON with commas between and no brackets. Where blocks begin is up to who sends them;
 * those the platform knows from other bundles of the app need no entries.
 */
export const BundleAnnouncementSchema = Type.Object(
  {
    blocks: Type.Array(sha256, {
      maxItems: BUNDLE_LIMITS.entries,
      description: 'Digests of the blocks in order.',
    }),
    entries: Type.Record(
      Type.String({ pattern: '^[0-9]+$' }),
      Type.Array(BundleEntrySchema, { minItems: 1, maxItems: MANIFEST_BLOCK_ENTRIES }),
      { description: 'Entries of blocks, by their place in `blocks`, from 0.' },
    ),
  },
  {
    $id: 'BundleAnnouncement',
    description: 'A manifest in blocks, of which only what the platform lacks is sent.',
    additionalProperties: false,
  },
);

const blocksState = {
  unknownBlocks: Type.Array(Type.Integer(), {
    description:
      'Places of the blocks whose entries the platform needs: ask again with these. Empty once it has all.',
  }),
  missing: Type.String({
    description:
      'Which chunks the platform lacks for this app: one bit per chunk, in the order the entries first name them, lowest bit first, in base64; empty when none.',
  }),
};

export const BlocksStateSchema = Type.Object(blocksState, {
  $id: 'BlocksState',
  description: 'What is there of a part of a manifest.',
});

export const BundleStateSchema = Type.Object(
  {
    id: Type.String({ description: 'SHA-256 of the canonical manifest.' }),
    committed: Type.Boolean({ description: 'Whether all of its content has arrived and it can be built.' }),
    ...blocksState,
  },
  { $id: 'BundleState', description: 'How far a bundle has arrived.' },
);

export type FileEntry = Static<typeof FileEntrySchema>;
export type SymlinkEntry = Static<typeof SymlinkEntrySchema>;
export type DirectoryEntry = Static<typeof DirectoryEntrySchema>;
export type BundleEntry = FileEntry | SymlinkEntry | DirectoryEntry;
export type BundleManifest = Static<typeof BundleManifestSchema>;
export type BundleAnnouncement = Static<typeof BundleAnnouncementSchema>;
export type BlocksState = Static<typeof BlocksStateSchema>;
export type BundleState = Static<typeof BundleStateSchema>;
