import { after, describe, test } from 'node:test';
import { cells, checkMachine, readDocuments } from './outcome-cells.ts';
import { Sandbox } from './run-rig.ts';

describe('every way a command can end, in yaml', { concurrency: 2, timeout: 280_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const cell of cells) {
    test(`rig ${cell.argv} -o yaml`, async () => {
      const { stdout, code } = await sandbox.run([...cell.argv.split(' '), '-o', 'yaml']);
      checkMachine(cell, readDocuments('yaml', stdout), code);
    });
  }
});
