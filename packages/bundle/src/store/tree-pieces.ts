import { hash } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { giveBack } from '../give-back.ts';
import { unpackPack } from '../pack/unpack-pack.ts';

/** A place in a tree where a chunk goes. */
export interface Piece {
  digest: string;
  /** Of the chunk in the content of its pack, in bytes. */
  offset: number;
  size: number;
  path: string;
  executable: boolean;
  /** Number of the chunk in the file, from 0. */
  index: number;
  /** Whether the file is this chunk alone. */
  whole: boolean;
}

/**
 * Pieces of a tree from one pack, in the order they lie in it. Passes between threads, for which thousands of
 * small objects take longer than texts and some numbers.
 */
export interface PieceJob {
  targetDir: string;
  /** Where the pack is: `<id>.pack`; empty for content that was checked just now. */
  packDir: string;
  packId: string;
  /** Each ended by a NUL. */
  paths: string;
  digests: string;
  /** Offset, size, flags and index of each. */
  numbers: Int32Array;
}

const COLUMNS = 4;
const EXECUTABLE = 1;
const WHOLE = 2;
const DIGEST_LENGTH = 64;

export function pieceJob(
  pieces: readonly Piece[],
  { targetDir, packDir, packId }: Pick<PieceJob, 'targetDir' | 'packDir' | 'packId'>,
): PieceJob {
  const numbers = new Int32Array(pieces.length * COLUMNS);
  let at = 0;
  for (const { offset, size, executable, whole, index } of pieces) {
    const flags = (executable ? EXECUTABLE : 0) | (whole ? WHOLE : 0);
    numbers[at++] = offset;
    numbers[at++] = size;
    numbers[at++] = flags;
    numbers[at++] = index;
  }
  return {
    targetDir,
    packDir,
    packId,
    paths: pieces.map(({ path }) => `${path}\0`).join(''),
    digests: packDir === '' ? '' : pieces.map(({ digest }) => digest).join(''),
    numbers,
  };
}

/**
 * Writes pieces and the folders they are in. What comes from a pack on the disk is compared with its digest.
 * @param checked the content of the pack, where it was checked just now
 * @param check called often; what it throws ends the work
 * @throws RigError `pack_damaged` with `pack` in its details; errors of the file system
 */
export function writePieces(job: PieceJob, checked: Uint8Array | null, check: () => void): void {
  const { targetDir, packDir, packId, digests, numbers } = job;
  check();
  const content = checked ?? readPack(packDir, packId);
  const paths = job.paths.split('\0');
  let folder: string | undefined;
  const made = new Set<string>();
  for (let row = 0; row * COLUMNS < numbers.length; row += 1) {
    const [offset = 0, size = 0, flags = 0, index = 0] = numbers.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    const path = paths[row] as string;
    const bytes = content.subarray(offset, offset + size);
    if (checked === null) {
      const digest = digests.slice(row * DIGEST_LENGTH, (row + 1) * DIGEST_LENGTH);
      if (hash('sha256', bytes, 'hex') !== digest)
        throw damaged(packId, `does not hold the chunk ${digest} (of ${path}) any more`);
    }
    const slash = path.lastIndexOf('/');
    if (slash >= 0 && (slash !== folder?.length || !path.startsWith(folder))) {
      folder = path.slice(0, slash);
      if (!made.has(folder)) mkdirSync(`${targetDir}/${folder}`, { recursive: true });
      made.add(folder);
    }
    const mode = (flags & EXECUTABLE) === 0 ? 0o644 : 0o755;
    if ((flags & WHOLE) === 0)
      writeAt(`${targetDir}/${path}`, bytes, { mode, position: index * CHUNK_BYTES });
    else writeWhole(`${targetDir}/${path}`, bytes, mode);
    check();
  }
  giveBack(content);
}

function writeWhole(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    let written = writeSync(descriptor, bytes);
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } finally {
    closeSync(descriptor);
  }
}

/** The pieces of one file come in any order, from several threads. */
const IN_PLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;

function writeAt(
  path: string,
  bytes: Uint8Array,
  { mode, position }: { mode: number; position: number },
): void {
  const descriptor = openSync(path, IN_PLACE, mode);
  try {
    for (let offset = 0; offset < bytes.length; ) {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset, position + offset);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readPack(packDir: string, packId: string): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(packDir, `${packId}.pack`));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? damaged(packId, 'is gone', error) : error;
  }
  try {
    const { content } = unpackPack(bytes);
    giveBack(bytes);
    return content;
  } catch (error) {
    throw isRigError(error) ? damaged(packId, 'cannot be unpacked any more', error) : error;
  }
}

function damaged(packId: string, how: string, cause?: unknown): RigError {
  const message = `Stored content was lost: the pack ${packId} ${how}.`;
  return new RigError('pack_damaged', message, { details: { pack: packId }, cause });
}
