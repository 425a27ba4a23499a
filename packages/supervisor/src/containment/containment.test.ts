import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { JobLimits, JobSpec } from '@rig-ops/contract/supervisor';
import { readProcess } from '../proc/process-table.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

const MIB = 1024 * 1024;
const ROOMY: JobLimits = {
  timeoutMs: 60_000,
  outputBytes: 64 * MIB,
  memoryBytes: 1024 * MIB,
  processes: 1000,
};

let supervisor: TestSupervisor;
beforeEach(() => {
  supervisor = new TestSupervisor();
});
afterEach(() => supervisor.close());

const build = async (script: string, change: Partial<JobSpec> = {}) =>
  await supervisor.ask('PUT', '/v1/jobs/bld_contained', {
    id: 'bld_contained',
    steps: [supervisor.step('one', script)],
    preamble: [],
    limits: ROOMY,
    ...change,
  });
const pidIn = async (): Promise<number | undefined> => {
  const line = (await supervisor.log('builds/bld_contained')).find(({ text }) => /^\d+$/.test(text));
  return line === undefined ? undefined : Number(line.text);
};
const isAlive = async (pid: number) => (await readProcess(pid)) !== null;

for (const cgroups of [true, false]) {
  describe(`a hostile build ${cgroups ? 'where there may be cgroups' : 'without cgroups'}`, () => {
    beforeEach(async () => void (await supervisor.start({ cgroups })));

    it('leaves no process behind that has left its group and ignores SIGTERM', async () => {
      // Twice away from its parent, in a session of its own, its output elsewhere.
      await build(
        `(setsid sh -c 'trap "" TERM HUP; echo $$; exec >/dev/null 2>&1; while :; do sleep 1; done' &) ; sleep 0.2`,
      );
      assert.equal((await supervisor.jobEnded('bld_contained')).state, 'succeeded');
      const pid = await pidIn();
      assert.ok(pid);
      assert.equal(await isAlive(pid), false);
    });

    it('leaves none behind in its folder that has dropped its environment as well', async () => {
      const folder = join(supervisor.home, 'tree');
      mkdirSync(folder);
      const daemon = `echo $$; exec >/dev/null 2>&1; while :; do sleep 1; done`;
      await build(`cd ${folder} && (env -i PATH="$PATH" setsid sh -c '${daemon}' &) ; sleep 0.2`, {
        folders: [folder],
      });
      assert.equal((await supervisor.jobEnded('bld_contained')).state, 'succeeded');
      assert.equal(await isAlive((await pidIn()) ?? 0), false);
    });

    it('has nothing that outlives a kill of the supervisor', async () => {
      await build(`(setsid sh -c 'echo $$; exec >/dev/null 2>&1; sleep 1000' &); sleep 1000`);
      const pid = await until('the pid', pidIn);
      await supervisor.kill();
      assert.equal(await isAlive(pid), true);
      await supervisor.start({ cgroups });
      assert.equal((await supervisor.jobEnded('bld_contained')).state, 'lost');
      assert.equal(await isAlive(pid), false);
    });

    // What follows is found by the same watch either way.
    if (cgroups) return;

    it('is ended when it prints without end', async () => {
      await build('yes | head -c 20000000; sleep 60', { limits: { ...ROOMY, outputBytes: 2 * MIB } });
      const { state, failure } = await supervisor.jobEnded('bld_contained');
      assert.deepEqual([state, failure], ['failed', 'step one was ended: it printed more than 2 MiB']);
    });

    it('is ended when it takes too much memory', async () => {
      const hog = 'const held = []; setInterval(() => held.push(Buffer.alloc(8 << 20, 1)), 5)';
      await build(`exec "${process.execPath}" -e '${hog}'`, {
        limits: { ...ROOMY, memoryBytes: 256 * MIB },
      });
      const { state, failure } = await supervisor.jobEnded('bld_contained');
      assert.deepEqual(
        [state, failure],
        ['failed', 'step one was ended: it used more than 256 MiB of memory'],
      );
    });

    it('is ended when it starts processes without end', async () => {
      // A bomb with an end, should it not be found.
      const bomb = 'i=0; while [ $i -lt 400 ]; do (setsid sleep 30 &); i=$((i+1)); done; sleep 30';
      await build(bomb, { limits: { ...ROOMY, processes: 40 } });
      const { state, failure } = await supervisor.jobEnded('bld_contained');
      assert.equal(state, 'failed');
      assert.match(failure ?? '', /^step one was ended: it had more than 40 processes$/);
    });

    it('is ended with all of it when it is cancelled, whatever it ignores', async () => {
      await build(
        `trap '' TERM; (setsid sh -c 'trap "" TERM; echo $$; sleep 1000; sleep 1000' &); sleep 1000; sleep 1000`,
      );
      const pid = await until('the pid', pidIn);
      await supervisor.ask('POST', '/v1/jobs/bld_contained/cancel');
      assert.equal((await supervisor.jobEnded('bld_contained')).state, 'cancelled');
      assert.equal(await isAlive(pid), false);
    });
  });
}

it('a step that may fail ends nothing', async () => {
  await supervisor.start();
  await supervisor.ask('PUT', '/v1/jobs/bld_contained', {
    id: 'bld_contained',
    steps: [
      { ...supervisor.step('aside', 'exit 3'), mayFail: true, title: 'aside: a try' },
      supervisor.step('two', 'echo two'),
    ],
    preamble: [],
    limits: { ...ROOMY, timeoutMs: 60_000 },
  });
  const { state, steps } = await supervisor.jobEnded('bld_contained');
  assert.equal(state, 'succeeded');
  assert.deepEqual(
    steps.map(({ status }) => status),
    ['failed', 'succeeded'],
  );
  const texts = (await supervisor.log('builds/bld_contained')).map(({ text }) => text);
  assert.equal(texts[0], 'aside: a try');
});
