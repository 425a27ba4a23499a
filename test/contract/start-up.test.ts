import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { entries, Sandbox } from './run-rig.ts';

const counter = fileURLToPath(new URL('../fixtures/count-modules.cjs', import.meta.url));

interface Loaded {
  /** Files that were loaded as modules. */
  files: string[];
  /** Modules of Node that an empty process does not load. */
  builtins: string[];
}

/**
 * What a command costs before it does anything is how many modules it loads: this does not depend on the
 * machine, as a time would. Who makes one of these numbers larger adds to the start of every command.
 */
describe('start-up', { concurrency: 1, timeout: 120_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  async function load(argv: string[], code: number, env: Record<string, string> = {}): Promise<Loaded> {
    const report = join(sandbox.folder, 'modules.json');
    const outcome = await sandbox.run(argv, {
      entry: ['--require', counter, ...entries.rig],
      // A home without plugins: those of the other tests have no manifests.
      env: { RIG_HOME: join(sandbox.folder, 'empty'), RIG_TEST_MODULES: report, ...env },
    });
    assert.equal(outcome.code, code, outcome.stderr);
    return JSON.parse(readFileSync(report, 'utf8')) as Loaded;
  }

  const heavy = ['child_process', 'crypto', 'readline', 'worker_threads', 'zlib', 'sqlite', 'inspector'];
  // Nobody listens there: all is loaded that a command needs to ask its platform.
  const nowhere = { RIG_URL: 'http://127.0.0.1:1', RIG_TOKEN: 'rig_none' };
  const rows: [argv: string[], code: number, files: number, env?: Record<string, string>][] = [
    [['--version'], 0, 1],
    [['deploy', '--help'], 0, 8],
    [['help'], 0, 8],
    [['context', 'list', '-o', 'json'], 0, 5],
    [['apps', 'list', '-o', 'json'], 8, 9, nowhere],
  ];
  for (const [argv, code, most, env] of rows) {
    test(`rig ${argv.join(' ')} loads at most ${most} files, and nothing heavy of Node`, async () => {
      const { files, builtins } = await load(argv, code, env);
      assert.ok(files.length <= most, `${files.length} files:\n${files.join('\n')}`);
      assert.ok(
        files.some((file) => file.endsWith('/bin/run.js')),
        'nothing was counted',
      );
      const unwanted = builtins.filter((name) => heavy.includes(name));
      assert.deepEqual(unwanted, []);
    });
  }

  test('what draws the dashboard is loaded where there is a terminal alone', async () => {
    for (const argv of [
      ['status', '-o', 'json'],
      ['status', 'dashboard'],
    ]) {
      const { files } = await load(argv, 8, nowhere);
      const drawing = files.filter((file) =>
        /\/(node_modules\/(ink|react|yoga-layout)|dashboard\/(dist|src)\/tui)\//.test(file),
      );
      assert.deepEqual(drawing, [], argv.join(' '));
    }
  });
});
