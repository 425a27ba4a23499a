import {
  contentBytes,
  decodeMissing,
  giveBack,
  type HeldChunk,
  type ManifestBlock,
  type Scan,
  type Slice,
  type StatCache,
  TreeSlicer,
} from '@rig-ops/bundle';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { askForBlocks, type UploadTarget } from './announce-blocks.ts';
import type { PackLanes } from './pack-lanes.ts';

/** Less than this of a slice is sent at the end, together with what others lack: packs should not be small. */
const WORTH_BYTES = 256 * 1024;

/** Content in memory that is not packed yet; one more is being filled. */
const MOST_BUFFERS = 2;

export interface SliceUploadOptions {
  target: UploadTarget;
  scan: Scan;
  cache: StatCache | undefined;
  lanes: PackLanes;
}

/** A manifest that was made on the way, and what the platform has taken of it. */
export interface SlicedManifest {
  manifest: BundleManifest;
  blocks: ManifestBlock[];
  /** Blocks that the platform has. */
  known: Set<ManifestBlock>;
  /** Content of its end that was read; to be used once. */
  rest: { buffer: Buffer; held: readonly HeldChunk[] };
}

/** Reads a tree, and while it does, asks what is missing of what was read, and sends that. */
export class SliceUpload {
  readonly #options: SliceUploadOptions;
  readonly #free: Buffer[] = [];
  readonly #known = new Set<ManifestBlock>();
  /** Whether the platform knew nothing of what it was asked about last: then it is told all at once. */
  #novel = false;
  /** Slices of which it is open what of them has to go up. */
  #undecided = 0;
  /** Content that need not go up, as far as is known, in bytes. */
  #spared = 0;

  constructor(options: SliceUploadOptions) {
    this.#options = options;
  }

  async run(): Promise<SlicedManifest> {
    const { scan, cache, lanes } = this.#options;
    const slicer = new TreeSlicer(scan, cache === undefined ? {} : { cache });
    const blocks: ManifestBlock[] = [];
    const total = contentBytes(scan);
    lanes.expect(total);
    for (;;) {
      const buffer = await this.#takeBuffer();
      const slice = await slicer.next(buffer, lanes.signal);
      blocks.push(...slice.blocks);
      if (slice.last) {
        // Until it is known of all that was asked about whether it is on its way, nobody can say what else is missing.
        await lanes.until(() => this.#undecided === 0);
        for (const free of this.#free.splice(0)) giveBack(free);
        return { manifest: slicer.manifest, blocks, known: this.#known, rest: { buffer, held: slice.held } };
      }
      this.#undecided += 1;
      await lanes.start(() => this.#bring(slice, buffer, () => lanes.expect(total - this.#spared)));
    }
  }

  async #takeBuffer(): Promise<Buffer> {
    await this.#options.lanes.until(() => this.#undecided < MOST_BUFFERS);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  async #bring(slice: Slice, buffer: Buffer, tell: () => void): Promise<void> {
    const { lanes } = this.#options;
    const missing = await this.#ask(slice.blocks);
    // From here on without a pause: another slice may have the same content.
    const wanted = pickMissing(slice.held, missing, lanes.digests);
    const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
    this.#spared += slice.held.reduce((sum, { size }) => sum + size, 0) - bytes;
    tell();
    const decided = () => {
      this.#undecided -= 1;
      this.#free.push(buffer);
    };
    if (bytes >= WORTH_BYTES) await lanes.sendHeld(buffer, wanted, decided);
    else decided();
  }

  /** What the platform lacks of the content of some blocks. */
  async #ask(blocks: readonly ManifestBlock[]): Promise<Set<string>> {
    const { target, lanes } = this.#options;
    const state = await askForBlocks(target, { blocks, novel: this.#novel, signal: lanes.signal });
    this.#novel = state.wereUnknown;
    for (const block of blocks) this.#known.add(block);
    const entries = blocks.flatMap((block) => [...block.entries]);
    return decodeMissing({ version: 1, entries }, state.missing);
  }
}

/** Those chunks that are missing and not on their way, each once. */
export function pickMissing(
  held: readonly HeldChunk[],
  missing: Set<string>,
  underWay: ReadonlySet<string>,
): HeldChunk[] {
  return held.filter(({ digest }) => !underWay.has(digest) && missing.delete(digest));
}
