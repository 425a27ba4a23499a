import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that goes with the test. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-bundle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What to make: content of a file; `null` for a folder; a link; an executable. */
export type TreePlan = Record<string, string | Uint8Array | null | { link: string } | { script: string }>;

/** Makes a tree in a new folder. */
export function makeTree(t: TestContext, plan: TreePlan): string {
  const root = makeFolder(t);
  for (const [path, content] of Object.entries(plan)) {
    const absolute = join(root, path);
    mkdirSync(content === null ? absolute : dirname(absolute), { recursive: true });
    if (content === null) continue;
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(absolute, content);
    else if ('link' in content) symlinkSync(content.link, absolute);
    else {
      writeFileSync(absolute, content.script);
      chmodSync(absolute, 0o755);
    }
  }
  return root;
}
