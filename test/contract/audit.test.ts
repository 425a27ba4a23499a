import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type AuditRecord, entries, Sandbox } from './run-rig.ts';

describe("the client's audit file", { concurrency: 1, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  async function recorded(argv: string[], end?: (started: ReturnType<Sandbox['start']>) => Promise<void>) {
    const before = safeAudit(sandbox).length;
    const started = sandbox.start(argv);
    await end?.(started);
    const outcome = await started.outcome;
    const [start, finish, ...more] = sandbox.audit().slice(before);
    assert.ok(start !== undefined && finish !== undefined);
    const records = [start, finish, ...more];
    assert.deepEqual(
      records.map(({ phase }) => phase),
      ['start', 'finish'],
    );
    assert.equal(start.id, finish.id);
    assert.equal(finish.exitCode, outcome.code);
    return { start, finish };
  }

  test('has a start and a finish of every command, however it ends', async () => {
    for (const command of [
      'object',
      'throw-error',
      'this-exit',
      'process-exit',
      'late-throw',
      'unhandled-rejection',
    ]) {
      const { start } = await recorded(['stranger', command, '--json']);
      assert.deepEqual(start.argv, ['stranger', command, '--json']);
      assert.ok(start.user !== '');
    }
    assert.equal((await recorded(['nonsense'])).finish.error, 'command_not_found');
    assert.equal((await recorded(['stranger', 'object', '--bogus'])).finish.error, 'usage');
    assert.equal((await recorded(['stranger', 'object', '-o', 'xml'])).finish.error, 'usage');
    assert.equal((await recorded(['context', 'list', '--help'])).finish.error, null);
    const interrupted = await recorded(['stranger', 'sleep'], async (started) => {
      await started.said('sleeping');
      started.child.kill('SIGINT');
    });
    assert.equal(interrupted.finish.exitCode, 130);
    assert.equal((await recorded(['kin', 'object', '--context', 'staging'])).start.context, 'staging');
  });

  test('is for the user alone', () => {
    assert.equal(statSync(join(sandbox.home, 'audit.jsonl')).mode & 0o777, 0o600);
    assert.equal(statSync(sandbox.home).mode & 0o777, 0o700);
  });

  test('holds no secret', async () => {
    const { start } = await recorded([
      'stranger',
      'object',
      '--token',
      'sesame',
      '--api-key=sesame',
      'PASSWORD=sesame',
    ]);
    assert.deepEqual(start.argv, ['stranger', 'object', '--token', '***', '--api-key=***', 'PASSWORD=***']);
  });

  test('keeps lines of commands apart that run at the same time', async () => {
    const before = sandbox.audit().length;
    await Promise.all(Array.from({ length: 4 }, () => sandbox.run(['kin', 'nothing'])));
    assert.equal(sandbox.audit().length, before + 8);
  });

  test('that cannot be written is told once and breaks nothing', async () => {
    const { code, stdout, stderr } = await sandbox.run(['kin', 'object', '--json'], {
      env: { RIG_HOME: '/dev/null/rig', RIG_DATA_DIR: join(sandbox.home, 'plugins') },
    });
    assert.deepEqual([code, JSON.parse(stdout)], [0, { answer: 42 }]);
    assert.equal(stderr.match(/Warning: this command is not recorded/g)?.length, 1);
  });
});

describe('without the hook layer', () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const entry = entries.withoutHooks;

  test("a stranger's command still runs, but gives no JSON", async () => {
    const text = await sandbox.run(['stranger', 'object'], { entry });
    assert.deepEqual([text.code, text.stdout], [0, 'some text\nmore text\n']);
    const json = await sandbox.run(['stranger', 'object', '-o', 'json'], { entry });
    assert.notEqual(json.code, 0);
    assert.throws(() => JSON.parse(json.stdout) as unknown);
    const error = await sandbox.run(['stranger', 'throw-error'], { entry, env: { RIG_OUTPUT: 'json' } });
    assert.equal(error.code, 1);
    assert.throws(() => JSON.parse(error.stdout) as unknown);
  });

  test('nothing is recorded', async () => {
    await sandbox.run(['stranger', 'object'], { entry });
    assert.deepEqual(safeAudit(sandbox), []);
  });
});

function safeAudit(sandbox: Sandbox): AuditRecord[] {
  try {
    return sandbox.audit();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
