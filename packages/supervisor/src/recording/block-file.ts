import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC } from '@rig-ops/contract/recording';
import { type ByteText, toBytes } from './byte-text.ts';

const compress = promisify(zstdCompress);

const OPTIONS = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 1,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};

/** A block as it lies in a file. Compressed in a thread of Node's own. */
export async function toBlock(text: ByteText): Promise<Buffer> {
  const frame = await compress(toBytes(text), OPTIONS);
  const head = Buffer.alloc(BLOCK_HEAD_BYTES);
  head.writeUInt32LE(BLOCK_MAGIC, 0);
  head.writeUInt32LE(4, 4);
  head.writeUInt32LE(frame.length, 8);
  return Buffer.concat([head, frame]);
}

/** A file that blocks are appended to, with the hash of all of it. One call at a time. */
export class BlockFile {
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  bytes = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes it; a file that is there already is not written into. */
  static async create(path: string): Promise<BlockFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new BlockFile(await open(path, 'wx', 0o600));
  }

  /** What could be written only in part is taken away again: the file ends with a whole block. */
  async append(block: Buffer): Promise<void> {
    try {
      for (let done = 0; done < block.length; ) {
        const { bytesWritten } = await this.#handle.write(
          block,
          done,
          block.length - done,
          this.bytes + done,
        );
        done += bytesWritten;
      }
    } catch (error) {
      await this.#handle.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += block.length;
    this.#hash.update(block);
  }

  /** Answers the hash of what will be there after a loss of power. */
  async close(): Promise<string> {
    try {
      await this.#handle.datasync();
    } finally {
      await this.#handle.close();
    }
    return this.#hash.digest('hex');
  }

  /** Closes it and takes it away. */
  async remove(path: string): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
  }
}
