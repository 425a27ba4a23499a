import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';

const BLOCK_CHARACTERS = 256 * 1024;

/**
 * Writes lines to a file (0600) that appears once it is whole.
 * @returns the file's SHA-256 in hex and its size
 * @throws RigError `usage` when it is there already and `force` is not set; `config_unreadable` when it cannot be written
 */
export async function writeExport(
  path: string,
  lines: AsyncIterable<string>,
  { force }: { force: boolean },
): Promise<{ sha256: string; bytes: number }> {
  if (!force && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new RigError('usage', `${path} is there already.`, {
      hint: 'Choose another name, or add --force.',
    });
  }
  const fresh = `${path}.${process.pid}.part`;
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      for await (const block of blocksOf(lines)) {
        digest.update(block);
        bytes += block.length;
        await file.writeFile(block);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined || code === undefined) throw error;
    throw new RigError(
      code === 'ENOSPC' ? 'disk_full' : 'config_unreadable',
      `${path} cannot be written: ${code}.`,
      { cause: error, hint: 'Check the folder, its permissions and the space on its disk.' },
    );
  }
  return { sha256: digest.digest('hex'), bytes };
}

async function* blocksOf(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let waiting = '';
  for await (const line of lines) {
    waiting += `${line}\n`;
    if (waiting.length < BLOCK_CHARACTERS) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
