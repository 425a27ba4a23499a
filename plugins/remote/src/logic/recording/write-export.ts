import { createHash } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Writes a file for its owner alone, which is there as a whole or not at all.
 * @throws RigError `invalid_input` when it is there already, or cannot be written
 */
export async function writeExport(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { force }: { force: boolean },
): Promise<{ bytes: number; sha256: string }> {
  const fresh = `${path}.${process.pid}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await using file = await open(fresh, 'w', 0o600);
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      hash.update(chunk);
      bytes += chunk.length;
    }
    await file.datasync();
    // Of a link it is an error that there is something; of a rename it is not.
    if (force) await rename(fresh, path);
    else await link(fresh, path);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await rm(fresh, { force: true });
  }
}

function toFileError(error: unknown, path: string): unknown {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return code === 'EEXIST'
    ? new RigError('invalid_input', `There is a file ${path} already.`, {
        hint: 'Name another one, or say --force.',
      })
    : new RigError('invalid_input', `${path} cannot be written: ${message}.`, {
        hint: 'Name another file with --file.',
      });
}
