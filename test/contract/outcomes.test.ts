import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cells, checkMachine, readDocuments } from './outcome-cells.ts';
import { entries, Sandbox } from './run-rig.ts';

for (const [name, entry] of [
  ['as shipped', entries.rig],
  ['from the sources', entries.fromSource],
] as const) {
  describe(`every way a command can end, in text and json, ${name}`, {
    concurrency: 2,
    timeout: 280_000,
  }, () => {
    const sandbox = new Sandbox();
    after(() => sandbox.remove());

    for (const cell of cells) {
      const argv = cell.argv.split(' ');
      test(`rig ${cell.argv}`, async () => {
        const outcome = await sandbox.run(argv, { entry });
        assert.equal(outcome.stdout, cell.text ?? outcome.stdout);
        assert.match(outcome.stderr, cell.says ?? /^/);
        assert.equal(outcome.code, cell.code);
      });

      test(`rig ${cell.argv} -o json`, async () => {
        const { stdout, code } = await sandbox.run([...argv, '-o', 'json'], { entry });
        checkMachine(cell, readDocuments('json', stdout), code);
      });
    }
  });
}
