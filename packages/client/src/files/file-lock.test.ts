import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { makeFolder } from '../testing/temporary-folder.ts';
import { withFileLock } from './file-lock.ts';
import { isAlive, readStartTime } from './process-identity.ts';

const patient = { patienceMs: 20_000, signal: undefined };

function startNode(code: string, ...args: string[]): ChildProcess {
  const argv = ['--conditions=rig-source', '--input-type=module', '-e', code, ...args];
  return spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
}

const lockModule = JSON.stringify(import.meta.resolve('./file-lock.ts'));

test('processes that want one lock, some of them killed, take turns and leave nothing behind', async (t) => {
  const folder = await makeFolder(t);
  const lock = join(folder, 'lock');
  const counter = join(folder, 'counter');
  await writeFile(counter, '0');
  const code = `
    import { withFileLock } from ${lockModule};
    import { readFileSync, writeFileSync } from 'node:fs';
    for (let i = 0; i < 10; i++) {
      await withFileLock(process.argv[1], { patienceMs: 20000 }, async () => {
        const before = Number(readFileSync(process.argv[2], 'utf8'));
        await new Promise((resolve) => setTimeout(resolve, 1));
        writeFileSync(process.argv[2], String(before + 1));
      });
    }`;
  // Holds the lock and says so; killed, it cannot give it back.
  const holder = startNode(
    `import { withFileLock } from ${lockModule};
     await withFileLock(process.argv[1], { patienceMs: 20000 }, async () => {
       process.stdout.write('held');
       await new Promise((resolve) => setTimeout(resolve, 60000));
     });`,
    lock,
  );
  await once(holder.stdout as NodeJS.EventEmitter, 'data');
  const workers = [1, 2, 3].map(() => startNode(code, lock, counter));
  const ends = workers.map((worker) => once(worker, 'exit'));
  holder.kill('SIGKILL');
  assert.deepEqual(
    (await Promise.all(ends)).map(([status]) => status),
    [0, 0, 0],
  );
  assert.equal(await readFile(counter, 'utf8'), '30');
  assert.deepEqual(await readdir(folder), ['counter']);
});

test('a lock that a living process keeps is given up in time', async (t) => {
  const lock = join(await makeFolder(t), 'lock');
  await withFileLock(lock, patient, async () => {
    await assert.rejects(
      withFileLock(lock, { patienceMs: 60, signal: undefined }, async () => undefined),
      (error) => isRigError(error) && error.code === 'timed_out' && error.message.includes(lock),
    );
    await assert.rejects(
      withFileLock(lock, { patienceMs: 60_000, signal: AbortSignal.timeout(30) }, async () => undefined),
      { name: 'TimeoutError' },
    );
  });
});

test('a lock is given back when the work fails, and garbage in it is no holder', async (t) => {
  const lock = join(await makeFolder(t), 'lock');
  await writeFile(lock, 'garbage');
  await assert.rejects(
    withFileLock(lock, patient, () => Promise.reject(new Error('no luck'))),
    /no luck/,
  );
  assert.equal(await withFileLock(lock, patient, async () => 'next'), 'next');
});

test('a process is told from a later one with its pid, and from its remains', async () => {
  const startTime = await readStartTime(process.pid);
  assert.ok(startTime !== null);
  assert.equal(await isAlive({ pid: process.pid, startTime }), true);
  assert.equal(await isAlive({ pid: process.pid, startTime: '1' }), false);
  assert.equal(await readStartTime(0), null);
  const child = startNode('');
  const { pid = 0 } = child;
  await once(child, 'exit');
  assert.equal(await readStartTime(pid), null);
});
