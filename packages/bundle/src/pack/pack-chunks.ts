import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { RigError } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import type { Scan } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { compressContent } from './compress-content.ts';
import { encodePack } from './pack-layout.ts';
import type { PackPlan, PlannedChunk } from './plan-packs.ts';

/** A pack of less content gets a buffer of its size. */
const POOLED_FROM_BYTES = 64 * 1024;

export interface Pack {
  /** SHA-256 of its bytes. */
  id: string;
  bytes: Uint8Array;
  /** Of its chunks before compression. */
  contentBytes: number;
}

/** Reads chunks from a scanned source and packs them. */
export class Packer {
  readonly #scan: Scan;
  /** Of paths that the disk spells in another way; made when the first is needed. */
  #spellings: Map<string, string> | undefined;
  /** Buffers of packs that were made. */
  readonly #free: Buffer[] = [];

  constructor(scan: Scan) {
    this.#scan = scan;
  }

  /**
   * @param verify whether each chunk is compared with its digest. Without, content that changed since is
   * sent as it is now; then the platform goes on missing what was planned.
   * @throws RigError `source_changed` when a chunk is no longer what it was; the reason of the signal
   */
  async pack(
    { chunks, contentBytes }: PackPlan,
    { signal, verify }: { signal?: AbortSignal; verify: boolean },
  ): Promise<Pack> {
    const turn = new Turn();
    const buffer = this.#takeBuffer(contentBytes);
    const spellings = (this.#spellings ??= spellingsOf(this.#scan));
    let offset = 0;
    for (const chunk of chunks) {
      const piece = buffer.subarray(offset, offset + chunk.size);
      const shown = spellings.get(chunk.path) ?? chunk.path;
      readChunk(this.#scan.root, shown, chunk, piece);
      if (verify && hash('sha256', piece, 'hex') !== chunk.digest) throw changed(shown);
      offset += chunk.size;
      if (turn.isOver) await turn.pass(signal);
    }
    signal?.throwIfAborted();
    const pack = makePack(buffer.subarray(0, contentBytes), chunks);
    this.#free.push(buffer);
    return pack;
  }

  /** Gives its memory back. */
  close(): void {
    for (const buffer of this.#free.splice(0)) giveBack(buffer);
  }

  /** As many are made as there are packs under way at once; each time a new one would be much of an upload's memory. */
  #takeBuffer(bytes: number): Buffer {
    const free = this.#free.pop();
    if (free !== undefined && free.length >= bytes) return free;
    if (free !== undefined) giveBack(free);
    // What is never written to is no memory either.
    return Buffer.allocUnsafeSlow(bytes <= POOLED_FROM_BYTES ? bytes : Math.max(bytes, CHUNK_BYTES));
  }
}

function spellingsOf({ entries }: Scan): Map<string, string> {
  const spellings = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === 'file' && entry.onDisk !== undefined) spellings.set(entry.path, entry.onDisk);
  }
  return spellings;
}

/** Packs chunks that lie in a buffer, in order; they are moved to its beginning. */
export function packHeld(buffer: Buffer, chunks: readonly { offset: number; size: number }[]): Pack {
  let end = 0;
  for (const { offset, size } of chunks) {
    if (offset !== end) buffer.copyWithin(end, offset, offset + size);
    end += size;
  }
  return makePack(buffer.subarray(0, end), chunks);
}

function makePack(content: Uint8Array, chunks: readonly { size: number }[]): Pack {
  const frame = compressContent(content);
  const bytes = encodePack(
    chunks.map(({ size }) => size),
    frame,
  );
  giveBack(frame);
  return { id: hash('sha256', bytes, 'hex'), bytes, contentBytes: content.length };
}

/** Packs once what a plan says; see {@link Packer}. */
export async function packChunks(
  scan: Scan,
  plan: PackPlan,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Pack> {
  const packer = new Packer(scan);
  try {
    return await packer.pack(plan, { ...(signal === undefined ? {} : { signal }), verify: true });
  } finally {
    packer.close();
  }
}

function readChunk(root: string, shown: string, { offset, size }: PlannedChunk, into: Buffer): void {
  let length = 0;
  try {
    const descriptor = openSync(`${root}/${shown}`, 'r');
    try {
      for (let read = -1; length < size && read !== 0; length += read) {
        read = readSync(descriptor, into, length, size - length, offset + length);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw changed(shown, error);
  }
  if (length !== size) throw changed(shown);
}

function changed(shown: string, cause?: unknown): RigError {
  return new RigError('source_changed', `${shown} changed between being read and being sent.`, {
    details: { path: shown },
    cause,
  });
}
