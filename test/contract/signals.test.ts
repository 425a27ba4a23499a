import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Sandbox } from './run-rig.ts';

describe('a command that is interrupted', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const kind of ['stranger', 'kin']) {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      test(`${kind}: ${signal} ends it with ${code}, quietly in text, with a document in json`, async () => {
        const text = sandbox.start([kind, 'sleep']);
        await text.said('sleeping');
        text.child.kill(signal);
        assert.deepEqual(await text.outcome, { code, signal: null, stdout: '', stderr: 'sleeping\n' });

        const machine = sandbox.start([kind, 'sleep', '--json']);
        await machine.said('sleeping');
        machine.child.kill(signal);
        const { code: machineCode, stdout } = await machine.outcome;
        const { error } = JSON.parse(stdout) as { error: { code: string; exitCode: number } };
        assert.deepEqual([machineCode, error.code, error.exitCode], [code, 'interrupted', code]);
      });
    }
  }

  test('may say what it leaves behind', async () => {
    const started = sandbox.start(['kin', 'explains']);
    await started.said('sleeping');
    started.child.kill('SIGINT');
    const { code, stderr } = await started.outcome;
    assert.equal(code, 130);
    assert.match(stderr, /Error: The deploy goes on on the platform\. \(interrupted\)/);
  });

  test('may take the signal over', async () => {
    const started = sandbox.start(['kin', 'takes-signal', '--json']);
    await started.said('sleeping');
    started.child.kill('SIGINT');
    const { code, stdout } = await started.outcome;
    assert.equal(code, 17);
    assert.deepEqual(JSON.parse(stdout), { aborted: false });
  });

  test('ends a stream with an error record', async () => {
    const started = sandbox.start(['kin', 'endless-stream', '--json']);
    await new Promise((resolve) => started.child.stdout?.once('data', resolve));
    started.child.kill('SIGINT');
    const { code, stdout } = await started.outcome;
    assert.equal(code, 130);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    assert.equal(records.at(-1)?.type, 'error');
    assert.ok(records.slice(0, -1).every(({ type }) => type === 'item'));
  });
});

describe('a reader that has seen enough', { concurrency: 2, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const argv of [
    ['kin', 'endless-stream'],
    ['kin', 'endless-stream', '--json'],
    ['kin', 'endless-stream', '-o', 'yaml'],
    ['kin', 'endless-stream', '--query', 'n'],
    ['kin', 'big', '--json'],
    ['kin', 'big', '-o', 'yaml'],
    ['schema', '--all', '--json'],
    ['help'],
    ['stranger', 'big'],
    ['stranger', 'big', '--json'],
  ]) {
    test(`ends rig ${argv.join(' ')} with 0 and without a word`, async () => {
      const { code, stderr } = await sandbox.run(argv, { closeStdoutAfter: 10 });
      const said = argv.join(' ') === 'stranger big --json' ? stderr.replaceAll(/(text )*\n/g, '') : stderr;
      assert.deepEqual([code, said], [0, '']);
    });
  }
});
