import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC } from '@rig-ops/contract/recording';
import type { RecordingReport } from '@rig-ops/contract/supervisor-sessions';

const CHUNK = 256 * 1024;

/**
 * Ends the recording of a session whose supervisor died: cuts off a block that was not written whole, and
 * hashes the rest. Does not throw.
 */
export async function recoverRecording(path: string): Promise<RecordingReport> {
  const report: RecordingReport = { path, bytes: 0, sha256: null, truncated: false, failure: null };
  try {
    await using handle = await open(path, 'r+');
    const { size } = await handle.stat();
    const head = Buffer.alloc(BLOCK_HEAD_BYTES);
    let whole = 0;
    while (whole + BLOCK_HEAD_BYTES <= size) {
      await handle.read(head, 0, BLOCK_HEAD_BYTES, whole);
      const next = whole + BLOCK_HEAD_BYTES + head.readUInt32LE(8);
      if (head.readUInt32LE(0) !== BLOCK_MAGIC || next > size) break;
      whole = next;
    }
    if (whole < size) await handle.truncate(whole);
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK);
    for (let done = 0; done < whole; ) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK, whole - done), done);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      done += bytesRead;
    }
    await handle.datasync();
    return { ...report, bytes: whole, sha256: hash.digest('hex') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ...report, failure: code === 'ENOENT' ? 'The file is gone.' : message };
  }
}
