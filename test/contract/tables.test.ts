import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Sandbox } from './run-rig.ts';

describe('a table', { concurrency: 1, timeout: 120_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  before(async () => {
    for (const name of ['staging', 'production']) {
      const added = await sandbox.run(
        ['context', 'add', name, '--url', `https://${name}.example.com`, '--token', '-'],
        { stdin: 'rig_token' },
      );
      assert.equal(added.code, 0, added.stderr);
    }
  });
  const list = (...flags: string[]) => sandbox.run(['context', 'list', ...flags]);

  test('shows the columns, order and rows one asks for', async () => {
    const { stdout } = await list(
      '--columns',
      'platform,name',
      '--sort',
      '-name',
      '--filter',
      'platform=HTTPS',
    );
    assert.equal(
      stdout,
      [
        'PLATFORM                        NAME',
        'https://staging.example.com     staging',
        'https://production.example.com  production',
        '',
      ].join('\n'),
    );
  });

  test('names its columns when asked for one it does not have', async () => {
    for (const flag of ['--columns=size', '--sort=size', '--filter=size=1']) {
      const { code, stdout, stderr } = await list(flag);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /There is no column "size"; there are: current, name, platform\b.*\. \(usage\)/);
    }
  });

  test('is not silently left as it is in a machine format', async () => {
    const { code, stdout } = await list('--filter', 'name=x', '-o', 'json');
    assert.equal(code, 2);
    assert.match((JSON.parse(stdout) as { error: { hint: string } }).error.hint, /--query/);
    assert.equal((await list('--sort', 'name', '--query', 'contexts')).code, 2);
  });

  test('has its flags in help, and a command without a table refuses them', async () => {
    assert.match((await list('--help')).stdout, /TABLE FLAGS\n.*--columns=NAME,…/);
    assert.equal((await sandbox.run(['version', '--columns', 'name'])).code, 2);
  });
});
