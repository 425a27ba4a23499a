import { hash } from 'node:crypto';
import { BUNDLE_LIMITS, MANIFEST_BLOCK_ENTRIES } from '@rig-ops/contract/bundle-limits';
import type { BundleEntry, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { entryText, plainEntry } from './canonical-entry.ts';

/** A run of entries of a manifest. */
export interface ManifestBlock {
  /** SHA-256 of its text. */
  digest: string;
  /** Its canonical entries as JSON, with commas between them and no brackets. */
  text: string;
  entries: readonly BundleEntry[];
}

/** One entry in so many ends a block, by chance of its path. */
const USUAL_ENTRIES = 128;

/**
 * Cuts a manifest where its paths say so, not where counting does: an entry that changes, comes or goes
 * changes one block, and every other is the one that the platform knows from the bundle before.
 */
export function splitManifest({ entries }: BundleManifest): ManifestBlock[] {
  const cutter = new BlockCutter();
  const blocks: ManifestBlock[] = [];
  for (const entry of entries) {
    const block = cutter.add(entry);
    if (block !== null) blocks.push(block);
  }
  const last = cutter.end();
  return last === null ? blocks : [...blocks, last];
}

/** Does what {@link splitManifest} does as entries come. */
export class BlockCutter {
  #entries: BundleEntry[] = [];

  /** The block that an entry ends, if it ends one. */
  add(entry: BundleEntry): ManifestBlock | null {
    this.#entries.push(entry);
    return this.#entries.length === MANIFEST_BLOCK_ENTRIES || endsBlock(entry) ? this.end() : null;
  }

  /** The block of what has come since the last; null for nothing. */
  end(): ManifestBlock | null {
    if (this.#entries.length === 0) return null;
    const block = makeBlock(this.#entries);
    this.#entries = [];
    return block;
  }
}

export function makeBlock(entries: readonly BundleEntry[]): ManifestBlock {
  const text = entries.map(entryText).join(',');
  return { digest: hash('sha256', text, 'hex'), text, entries: entries.map(plainEntry) };
}

/**
 * Puts a manifest together from blocks, of which those without entries are parsed.
 * @throws RigError `invalid_bundle` when it is larger than any bundle may be
 */
export function joinBlocks(
  blocks: readonly { digest: string; text: string; entries?: readonly BundleEntry[] }[],
): { id: string; manifest: BundleManifest; blocks: ManifestBlock[] } {
  const texts = blocks.map(({ text }) => text);
  checkLength(texts);
  const whole = blocks.map(({ digest, text, entries }) => ({
    digest,
    text,
    entries: entries ?? (JSON.parse(`[${text}]`) as BundleEntry[]),
  }));
  const manifest: BundleManifest = { version: 1, entries: [] };
  for (const { entries } of whole) manifest.entries.push(...entries);
  return { id: idOfBlocks(texts), manifest, blocks: whole };
}

/** The id of the bundle whose manifest these are the texts of. */
export function idOfBlocks(texts: readonly string[]): string {
  return hash('sha256', wholeText(texts), 'hex');
}

/**
 * Puts a manifest together from the texts of its blocks; its id follows from them without writing it anew.
 * @throws RigError `invalid_bundle` when it is larger than any bundle may be
 */
export function joinManifest(texts: readonly string[]): { id: string; manifest: BundleManifest } {
  checkLength(texts);
  const all = wholeText(texts);
  return { id: hash('sha256', all, 'hex'), manifest: JSON.parse(all) as BundleManifest };
}

function checkLength(texts: readonly string[]): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > BUNDLE_LIMITS.manifestBytes) {
    throw new RigError('invalid_bundle', `The manifest is larger than ${BUNDLE_LIMITS.manifestBytes} bytes.`);
  }
}

const wholeText = (texts: readonly string[]): string => `{"version":1,"entries":[${texts.join(',')}]}`;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) of the path, over UTF-16 units. */
function endsBlock({ path }: BundleEntry): boolean {
  let state = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) {
    state = Math.imul(state ^ path.charCodeAt(at), 0x01000193);
  }
  // The lowest bits of FNV mix least.
  return ((state ^ (state >>> 15)) >>> 3) % USUAL_ENTRIES === 0;
}
