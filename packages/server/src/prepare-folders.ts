import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';

/**
 * Makes the folders of rigd, for its own user alone.
 * @throws RigError `platform_start_failed` when the folder of the sockets belongs to somebody else
 */
export async function prepareFolders(layout: PlatformLayout): Promise<void> {
  for (const dir of [
    layout.root,
    layout.blobs,
    layout.artifacts,
    layout.audit,
    layout.recordings,
    join(layout.logs, 'apps'),
    join(layout.logs, 'builds'),
    layout.sockets,
  ]) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  }
  // It may lie in a folder where anybody can put things, under a name that is no secret.
  const sockets = await lstat(layout.sockets);
  if (!sockets.isDirectory() || sockets.uid !== process.getuid?.()) {
    throw new RigError('platform_start_failed', `${layout.sockets} belongs to somebody else.`, {
      hint: 'Remove it, or set RIG_HOME to a folder with a shorter path.',
    });
  }
  await chmod(layout.sockets, 0o700);
}
