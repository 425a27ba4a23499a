import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { writeFileAtomically } from '../files/write-file-atomically.ts';
import { readToken } from './read-token.ts';

const TOKEN_BYTES = 32;

/** Makes the folders of a platform that must be there before anything runs, for their owner only. */
export async function makeFolders(layout: PlatformLayout): Promise<void> {
  await mkdir(layout.root, { recursive: true, mode: 0o700 });
  await chmod(layout.root, 0o700);
  await mkdir(layout.ownLogs, { recursive: true, mode: 0o700 });
  await mkdir(layout.sockets, { recursive: true, mode: 0o700 });
  await checkOwnFolder(layout.sockets);
}

/** The sockets may lie below a folder where others can write; theirs would be a trap. */
async function checkOwnFolder(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new RigError(
      'platform_start_failed',
      `${path}, where the sockets of the platform belong, is not a folder of yours.`,
      { hint: 'Set RIG_HOME to a folder with a shorter path.' },
    );
  }
  await chmod(path, 0o700);
}

/** The admin token; made when there is none yet. */
export async function ensureToken(layout: PlatformLayout): Promise<string> {
  const found = await readToken(layout);
  if (found !== null) return found;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFileAtomically(layout.token, `${token}\n`);
  return token;
}

export async function writeConfig(layout: PlatformLayout, config: SupervisorConfig): Promise<void> {
  await writeFileAtomically(layout.supervisorConfig, `${JSON.stringify(config, null, 2)}\n`);
}
