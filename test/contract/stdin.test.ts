import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { entries, Sandbox } from './run-rig.ts';

describe('a loop of a script', { concurrency: 2, timeout: 120_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const command of ['version', 'plugins', 'help', 'kin object', 'stranger argument', 'nonsense']) {
    for (const format of ['', ' -o json']) {
      test(`keeps its lines: while read line; do rig ${command}${format}; done`, async () => {
        const script = `while read -r line; do "$0" "$@" ${command}${format} >/dev/null 2>&1; echo "$line"; done`;
        const { stdout } = await sandbox.run(['-c', script, process.execPath, ...entries.rig], {
          node: '/bin/sh',
          entry: [],
          stdin: 'one\ntwo\nthree\n',
        });
        assert.equal(stdout, 'one\ntwo\nthree\n');
      });
    }
  }
});
