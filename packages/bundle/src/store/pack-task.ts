import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { PackedChunk } from '../pack/pack-layout.ts';
import { verifyPack } from '../pack/unpack-pack.ts';
import { materialiseTree, type TreeJob } from './materialise-tree.ts';
import { writeDurablySync } from './write-durably.ts';

/** What another thread can be asked to do. */
export type PackTask =
  | { kind: 'store'; packId: string; bytes: Uint8Array; file: string }
  | { kind: 'materialise'; job: TreeJob };

/** What a worker is sent: a task, and a place (Int32) that becomes 1 when it is to stop. */
export interface TaskMessage {
  task: PackTask;
  stop: SharedArrayBuffer;
}

/** What it answers. */
export type TaskAnswer =
  | { chunks: PackedChunk[] }
  | { error: ErrorDocument }
  | { failure: { message: string; code: string | undefined; stack: string | undefined } };

/** Does the work; throws what stands in the way. */
export function runPackTask(task: PackTask, check?: () => void): PackedChunk[] {
  if (task.kind === 'store') {
    const chunks = verifyPack(task.packId, task.bytes);
    writeDurablySync(task.file, `${task.file}.part`, task.bytes);
    return chunks;
  }
  materialiseTree(task.job, check);
  return [];
}
