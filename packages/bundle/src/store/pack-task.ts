import type { ErrorDocument } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import type { PackedChunk } from '../pack/pack-layout.ts';
import { openPack } from '../pack/unpack-pack.ts';
import { type EndJob, writeEnds } from './tree-ends.ts';
import { type PieceJob, writePieces } from './tree-pieces.ts';
import { writeDurablySync } from './write-durably.ts';

/** What another thread can be asked to do. */
export type PackTask =
  /** With `keep`, the content stays for the next task of this thread. */
  | { kind: 'store'; packId: string; bytes: Uint8Array; file: string; keep: boolean }
  | { kind: 'pieces'; job: PieceJob }
  | { kind: 'ends'; job: EndJob }
  /** Forgets content that was kept. */
  | { kind: 'drop' };

/** What a worker is sent: a task, and a place (Int32) that becomes 1 when it is to stop. */
export interface TaskMessage {
  task: PackTask;
  stop: SharedArrayBuffer;
}

/** What it answers. */
export type TaskAnswer =
  | { chunks: ChunkColumns }
  | { error: ErrorDocument }
  | { failure: { message: string; code: string | undefined; stack: string | undefined } };

/** The chunks of a pack, for the way between threads. */
export interface ChunkColumns {
  /** In hex, one behind another. */
  digests: string;
  sizes: Int32Array;
}

const DIGEST_LENGTH = 64;
const NONE: ChunkColumns = { digests: '', sizes: new Int32Array(0) };

export function readColumns({ digests, sizes }: ChunkColumns): PackedChunk[] {
  let offset = 0;
  return Array.from(sizes, (size, row) => {
    const digest = digests.slice(row * DIGEST_LENGTH, (row + 1) * DIGEST_LENGTH);
    const chunk = { digest, offset, size };
    offset += size;
    return chunk;
  });
}

/** Does tasks one after another. */
export class PackTaskRunner {
  #kept: Uint8Array | null = null;

  /** Does the work; throws what stands in the way. */
  run(task: PackTask, check: () => void = () => undefined): ChunkColumns {
    const kept = this.#kept;
    this.#kept = null;
    if (task.kind === 'pieces') writePieces(task.job, task.job.packDir === '' ? kept : null, check);
    else if (kept !== null) giveBack(kept);
    if (task.kind === 'ends') writeEnds(task.job);
    if (task.kind !== 'store') return NONE;
    const { content, chunks } = openPack(task.packId, task.bytes);
    writeDurablySync(task.file, `${task.file}.part`, task.bytes);
    if (task.keep) this.#kept = content;
    else giveBack(content);
    return {
      digests: chunks.map(({ digest }) => digest).join(''),
      sizes: Int32Array.from(chunks, ({ size }) => size),
    };
  }
}
