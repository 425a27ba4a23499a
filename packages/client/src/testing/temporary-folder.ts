import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that is removed after the test, behind what `finish` does; hooks would run the other way round. */
export async function makeFolder(
  t: TestContext,
  finish?: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rig-client-'));
  t.after(async () => {
    await finish?.(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}
