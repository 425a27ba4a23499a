import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scan } from '@rig-ops/bundle';
import type { RigClient } from '@rig-ops/client';
import { EXPLAIN_TEXT_BYTES, type Explanation } from '@rig-ops/contract/resources';

/** More paths than this say no more; what lies deepest is left out first. */
const MAX_FILES = 20_000;
/** No source needs so many questions; a platform that asks on is broken. */
const MAX_ROUNDS = 30;

/**
 * Has the platform explain how it would build what a scan found. It is told the paths, and of the files it asks
 * for the text.
 */
export async function explainBuild(
  client: RigClient,
  scan: Pick<Scan, 'root' | 'entries'>,
  root: string,
  signal: AbortSignal,
): Promise<Explanation> {
  const onDisk = new Map(
    scan.entries.flatMap((entry) =>
      entry.type === 'file' ? [[entry.path, entry.onDisk ?? entry.path] as const] : [],
    ),
  );
  const files = nearest([...onDisk.keys()]);
  const texts: Record<string, string> = {};
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { explanation, needs } = await client.call('explainBuild', {
      body: { root, files, texts },
      signal,
    });
    if (explanation !== null) return explanation;
    for (const path of needs) {
      const file = onDisk.get(path);
      // What is asked for and is no part of the source stays at home.
      if (file !== undefined) texts[path] = await readBeginning(join(scan.root, file));
    }
  }
  throw new Error('The platform does not stop asking for files');
}

const depthOf = (path: string): number => path.split('/').length;

function nearest(paths: string[]): string[] {
  if (paths.length <= MAX_FILES) return paths;
  return paths.toSorted((left, right) => depthOf(left) - depthOf(right)).slice(0, MAX_FILES);
}

async function readBeginning(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    // Characters count where the limit is checked, and there are never more of them than bytes.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(EXPLAIN_TEXT_BYTES), 0, EXPLAIN_TEXT_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
