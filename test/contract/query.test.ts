import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { loadAll } from 'js-yaml';
import { Sandbox } from './run-rig.ts';

describe('--query', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const stdout = async (...argv: string[]) => {
    const outcome = await sandbox.run(argv);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  };

  test('selects of the document, in every format, ours and a stranger’s', async () => {
    assert.equal(await stdout('stranger', 'object', '--query', 'nested.list', '-o', 'json'), '[1,2]\n');
    assert.equal(await stdout('kin', 'object', '--query=answer', '-o', 'json'), '42\n');
    assert.equal(
      await stdout('-o', 'yaml', '--query', 'nested', 'stranger', 'object'),
      'list:\n  - 1\n  - 2\n',
    );
    assert.equal(await stdout('stranger', 'nothing', '--query', 'answer', '--json'), 'null\n');
  });

  test('in text gives lines for a shell, and nothing of the text of the command', async () => {
    assert.equal(await stdout('stranger', 'object', '--query', 'nested.list'), '1\n2\n');
    assert.equal(await stdout('kin', 'object', '--query', 'answer'), '42\n');
    assert.equal(await stdout('kin', 'object', '--query', 'nope'), '');
    const names = await stdout('plugins', '--query', 'plugins[].[name, type]');
    assert.match(names, /^plugin-kin\tlink$/m);
    assert.match(await stdout('help', '--query', 'help.commands[].id'), /^kin big\n/m);
  });

  test('applies to each record of a stream; one without it is left out, and the end stays', async () => {
    assert.equal(await stdout('kin', 'stream', '--query', 'n', '-o', 'json'), '1\n2\n{"type":"end"}\n');
    assert.equal(await stdout('kin', 'stream', '--query', 'n'), '1\n2\n');
    assert.deepEqual(loadAll(await stdout('kin', 'stream', '--query', '{m: n}', '-o', 'yaml')), [
      { m: 1 },
      { m: 2 },
      { type: 'end' },
    ]);
    assert.equal(await stdout('kin', 'stream', '--query', 'nope', '-o', 'json'), '{"type":"end"}\n');
  });

  test('is understood before the command does anything', async () => {
    const { code, stderr } = await sandbox.run(['kin', 'object', '--query', 'a b']);
    assert.equal(code, 2);
    assert.match(stderr, /^Error: --query goes wrong at character 3 \("b"\).*\(invalid_query\)\n/);
    assert.doesNotMatch(stderr, /a note/);
  });

  test('leaves errors whole', async () => {
    const { code, stdout: text } = await sandbox.run(['kin', 'rig-error', '--query', 'answer', '--json']);
    assert.equal(code, 6);
    assert.equal((JSON.parse(text) as { error: { code: string } }).error.code, 'app_not_found');
    const plain = await sandbox.run(['kin', 'rig-error', '--query', 'answer']);
    assert.deepEqual([plain.code, plain.stdout], [6, '']);
    assert.match(plain.stderr, /app_not_found/);
  });

  test("leaves a stranger's own --query and --no-color alone; in front of the command they are rig's", async () => {
    const own = ['stranger', 'own-query', '--query', 'select 1', '--no-color'];
    assert.equal(await stdout(...own), 'query=select 1 color=false\n');
    assert.equal(await stdout(...own, '--json'), '{"query":"select 1","color":false}\n');
    assert.equal(await stdout('--query', 'query', ...own), 'select 1\n');
    const help = await stdout('stranger', 'own-query', '--help');
    assert.doesNotMatch(help, /JMESPATH|NO_COLOR/);
  });
});
