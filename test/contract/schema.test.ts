import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Sandbox } from './run-rig.ts';

interface SchemaDocument {
  schemas: { command: string; plugin: string; result: { title: string } | null; record: object | null }[];
}

describe('rig schema', { concurrency: 2, timeout: 120_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const schemas = async (...words: string[]) => {
    const { code, stdout, stderr } = await sandbox.run(['schema', ...words, '-o', 'json']);
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as SchemaDocument).schemas;
  };

  test('shows what a plugin of another author ships', async () => {
    const [found, ...more] = await schemas('kin', 'object');
    assert.deepEqual(more, []);
    assert.deepEqual(
      [found?.command, found?.plugin, found?.result?.title, found?.record],
      ['kin object', 'plugin-kin', 'Result of rig kin object', null],
    );
    const { stdout } = await sandbox.run(['schema', 'kin', 'object']);
    assert.match(stdout, /^rig kin object\nFIELD +TYPE +WHAT\nanswer +integer +To everything\.\n/);
  });

  test('takes a topic for all commands below it, and the words as one as well', async () => {
    const below = (await schemas('context')).map(({ command }) => command);
    assert.ok(below.includes('context list') && below.every((command) => command.startsWith('context ')));
    assert.deepEqual(await schemas('context:list'), await schemas('context list'));
  });

  test('refuses what it cannot show', async () => {
    for (const [words, code, said] of [
      [['stranger', 'object'], 6, 'schema_not_found'],
      [['kin', 'objekt'], 2, 'command_not_found'],
      [[], 2, 'usage'],
      [['kin', 'object', '--all'], 2, 'usage'],
    ] as const) {
      const outcome = await sandbox.run(['schema', ...words, '-o', 'json']);
      const { error } = JSON.parse(outcome.stdout) as { error: { code: string } };
      assert.deepEqual([outcome.code, error.code], [code, said]);
    }
  });
});
