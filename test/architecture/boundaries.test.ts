import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skipped = /\/(node_modules|dist)(\/|$)/;

/** A copy of the sources, so that a violation is planted where nobody else looks. */
function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'rig-boundaries-'));
  for (const part of ['src', 'packages', 'plugins', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
    const from = join(root, part);
    cpSync(from, join(copy, part), {
      recursive: true,
      filter: (path) => !skipped.test(path.slice(root.length)),
    });
  }
  linkModules(copy);
  return copy;
}

/** The installed packages, but with the workspaces of the copy. */
function linkModules(copy: string): void {
  const installed = join(root, 'node_modules');
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@rig-ops'), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== '@rig-ops') symlinkSync(join(installed, name), join(modules, name));
  }
  for (const room of ['packages', 'plugins']) {
    for (const folder of readdirSync(join(copy, room))) {
      const { name } = JSON.parse(readFileSync(join(copy, room, folder, 'package.json'), 'utf8')) as {
        name: string;
      };
      symlinkSync(join(copy, room, folder), join(modules, name));
    }
  }
}

async function checkBoundaries(folder: string): Promise<{ code: number; output: string }> {
  const run = promisify(execFile)(process.execPath, [join(root, 'scripts/check-boundaries.mjs'), folder]);
  try {
    const { stdout, stderr } = await run;
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

const planted = [
  {
    what: 'a plugin that imports the server',
    file: 'plugins/logs/src/logic/planted.ts',
    text: "export { errorRegistry } from '@rig-ops/server/main';\n",
  },
  {
    what: 'the server that imports the client',
    file: 'packages/server/src/planted.ts',
    text: "import { RigClient } from '@rig-ops/client';\nexport const planted = RigClient;\n",
  },
  {
    what: 'a plugin that imports another by a relative path',
    file: 'plugins/logs/src/planted.ts',
    text: "export * from '../../remote/src/logic/planted-target.ts';\n",
    also: 'plugins/remote/src/logic/planted-target.ts',
  },
  {
    what: 'logic that imports oclif',
    file: 'plugins/logs/src/logic/planted.ts',
    text: "export { Command } from '@oclif/core';\n",
  },
];

test('the sources keep to the import table', async () => {
  const { code, output } = await checkBoundaries(root);
  assert.equal(code, 0, output);
});

for (const { what, file, text, also } of planted) {
  test(`the gate bites on ${what}`, async () => {
    const copy = copySources();
    try {
      if (also !== undefined) {
        mkdirSync(dirname(join(copy, also)), { recursive: true });
        writeFileSync(join(copy, also), 'export const target = 1;\n');
      }
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
      const { code, output } = await checkBoundaries(copy);
      assert.equal(code, 1, output);
      assert.match(output, new RegExp(file.replaceAll('.', '\\.')));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
}
