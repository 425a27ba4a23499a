import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import type { Scan } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { compressChunk } from './compress-chunk.ts';
import { encodePack } from './pack-layout.ts';
import type { PackPlan, PlannedChunk } from './plan-packs.ts';

export interface Pack {
  /** SHA-256 of its bytes. */
  id: string;
  bytes: Uint8Array;
  /** Of its chunks before compression. */
  contentBytes: number;
}

/**
 * Reads the chunks of a plan from the source and packs them.
 * @throws RigError `source_changed` when a chunk is no longer what it was; the reason of the signal
 */
export async function packChunks(
  scan: Scan,
  plan: PackPlan,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Pack> {
  const spellings = spellingsOnDisk(scan);
  const turn = new Turn();
  const frames: { digest: string; size: number; frame: Uint8Array }[] = [];
  for (const chunk of plan.chunks) {
    const content = readChunk(scan.root, spellings.get(chunk.path) ?? chunk.path, chunk);
    frames.push({ digest: chunk.digest, size: chunk.size, frame: await compressChunk(content) });
    await turn.pass(signal);
  }
  const bytes = encodePack(frames);
  const id = createHash('sha256').update(bytes).digest('hex');
  return { id, bytes, contentBytes: plan.contentBytes };
}

function spellingsOnDisk({ entries }: Scan): Map<string, string> {
  const spellings = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === 'file' && entry.onDisk !== undefined) spellings.set(entry.path, entry.onDisk);
  }
  return spellings;
}

/** Also tells a file that was cut or replaced: the content must have the digest. */
function readChunk(root: string, shown: string, { digest, offset, size }: PlannedChunk): Buffer {
  const content = Buffer.allocUnsafe(size);
  let length = 0;
  try {
    const descriptor = openSync(`${root}/${shown}`, 'r');
    try {
      for (let read = -1; length < size && read !== 0; length += read) {
        read = readSync(descriptor, content, length, size - length, offset + length);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw changed(shown, error);
  }
  if (length === size && createHash('sha256').update(content).digest('hex') === digest) return content;
  throw changed(shown);
}

function changed(shown: string, cause?: unknown): RigError {
  return new RigError('source_changed', `${shown} changed between being read and being sent.`, {
    details: { path: shown },
    cause,
  });
}
