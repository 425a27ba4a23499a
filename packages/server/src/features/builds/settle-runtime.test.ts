import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DEFAULT_SETTINGS, type Plan } from '../../detectors/plan.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { settleRuntime } from './settle-runtime.ts';

async function settle(test: TestContext, files: string[], built = true) {
  const artifact = await makeTemporaryFolder(test);
  for (const file of files) {
    await mkdir(dirname(join(artifact, file)), { recursive: true });
    await writeFile(join(artifact, file), '');
  }
  const plan: Plan = {
    ...DEFAULT_SETTINGS,
    root: '.',
    caches: [],
    reuse: null,
    detector: 'node',
    steps: [],
    processes: [{ name: 'web', site: { folders: ['dist', 'build'], built } }],
    notes: [],
  };
  const [process] = (await settleRuntime(artifact, plan)).processes;
  return process !== undefined && 'site' in process ? process.site : null;
}

describe('the folder of a site', () => {
  it('is the first that has an index.html after the build', async (test) => {
    assert.deepEqual(await settle(test, ['dist/a.js', 'build/index.html', 'build/b.html']), {
      folder: 'build',
      singlePage: false,
    });
  });

  it('answers every path with its only page when a build made it', async (test) => {
    assert.equal((await settle(test, ['dist/index.html', 'dist/a/b.js']))?.singlePage, true);
    assert.equal((await settle(test, ['dist/index.html'], false))?.singlePage, false);
  });

  it('is missed when the build made none', async (test) => {
    await assert.rejects(settle(test, ['www/index.html']), {
      code: 'build_failed',
      message: /dist\/index\.html, build/,
    });
  });
});
