import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { pack } from '@rig-ops/archive';
import { RigError } from '@rig-ops/contract/errors';

export interface ArchiveOrder {
  /** Folder of the artifact. */
  source: string;
  /** File that is not there yet. */
  target: string;
  /** What the file may have. */
  limitBytes: number;
}

export interface MadeArchive {
  tar: { sha256: string; bytes: number };
  /** As it lies in the file: packed by zstd. */
  archive: { sha256: string; bytes: number };
}

/** Reads as fast as a disk of a server writes. */
const LEVEL = 3;

/**
 * Writes a folder as one archive, the same for the same content. What an app may not read, as nobody else, makes it
 * fail; a socket that was left behind does not.
 * @throws RigError `artifact_too_large`, `artifact_damaged`; what the file system says
 */
export async function makeArchive({ source, target, limitBytes }: ArchiveOrder): Promise<MadeArchive> {
  const tar = new Meter();
  const archive = new Meter();
  // One thread: more of them lose data (nodejs/node#59899).
  const packer = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      archive.add(chunk);
      done(archive.bytes > limitBytes ? tooLarge(limitBytes) : null, chunk);
    },
  });
  const file = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true });
  const written = pipeline(packer, measured, file);
  // It is looked at below; until then nobody waits for it.
  written.catch(() => undefined);
  const write = async (bytes: Uint8Array) => {
    tar.add(bytes);
    await new Promise<void>((resolve, reject) => {
      packer.write(bytes, (error) => (error == null ? resolve() : reject(error)));
    });
  };
  try {
    const copied = await pack(source, {
      shown: 'the artifact',
      recursive: true,
      name: '.',
      reproducible: true,
      write,
    });
    const [unread] = copied.left;
    if (copied.unreadable > 0)
      throw new RigError('artifact_damaged', `${unread?.path ?? 'A file'} cannot be read.`);
    packer.end();
  } catch (error) {
    packer.destroy();
    // What stopped the writing says more than that it was stopped.
    await written.catch((reason: unknown) => {
      if ((reason as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw reason;
    });
    throw error;
  }
  await written;
  return { tar: tar.told, archive: archive.told };
}

class Meter {
  readonly #hash = createHash('sha256');
  bytes = 0;

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
  }

  get told(): { sha256: string; bytes: number } {
    return { sha256: this.#hash.digest('hex'), bytes: this.bytes };
  }
}

const tooLarge = (limitBytes: number): RigError =>
  new RigError(
    'artifact_too_large',
    `The files of the release are more than ${Math.floor(limitBytes / 2 ** 20)} MiB, which is all that is kept for pods.`,
  );
