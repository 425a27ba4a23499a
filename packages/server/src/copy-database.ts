import { createInterface } from 'node:readline';
import { isDatabaseUrl } from '@rig-ops/contract/database-place';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { CopyProgress } from './store/copy/copy-state.ts';
import { moveState } from './store/copy/move-state.ts';

const PROGRESS_EVERY_MS = 250;

/**
 * Moves the state of a platform that does not run: what `rig platform database copy` starts. The first line of stdin is the URL of
 * the database, or empty for SQLite: it holds a password. It ends when stdin does, since nobody waits for it then. To stdout
 * it writes a line of JSON for what it does, and at its end one with `result` or `error`.
 * @returns its exit code
 */
export async function copyDatabase(layout: PlatformLayout): Promise<number> {
  let told = 0;
  const onProgress = (progress: CopyProgress) => {
    const now = performance.now();
    if (now - told < PROGRESS_EVERY_MS) return;
    told = now;
    say({ type: 'progress', ...progress });
  };
  try {
    const url = await firstLine();
    if (url !== '' && !isDatabaseUrl(url))
      throw new RigError('invalid_input', 'This is no URL of a PostgreSQL database.');
    say({ type: 'result', result: await moveState(layout, url === '' ? undefined : url, onProgress) });
    return ExitCode.done;
  } catch (error) {
    if (!isRigError(error)) throw error;
    say({ type: 'error', error: toErrorDocument(error) });
    return error.exitCode;
  }
}

const say = (document: object) => process.stdout.write(`${JSON.stringify(document)}\n`);

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  return await new Promise((resolve) => {
    lines.once('line', (line) => resolve(line.trim()));
    lines.once('close', () => process.exit(ExitCode.interrupted));
  });
}
