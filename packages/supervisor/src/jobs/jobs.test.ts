import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { JobStep } from '@rig-ops/contract/supervisor';
import { readProcess } from '../proc/process-table.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

let supervisor: TestSupervisor;
beforeEach(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
afterEach(() => supervisor.close());

const build = async (steps: JobStep[], preamble: string[] = []) =>
  await supervisor.ask('PUT', '/v1/jobs/bld_job', { id: 'bld_job', steps, preamble });
const texts = async () => (await supervisor.log('builds/bld_job')).map(({ text }) => text);
/** The time a step took differs from run to run. */
const timeless = (lines: string[]) => lines.map((line) => line.replace(/after [\d.]+ s$/, 'after N s'));
const isAlive = async (pid: number) => (await readProcess(pid)) !== null;

test('steps run one after the other, and the log tells all of it', async () => {
  await build(
    [supervisor.step('one', 'echo out; echo err >&2'), supervisor.step('two', 'echo $0 $1; printf end')],
    ['Building with care'],
  );
  const report = await supervisor.jobEnded('bld_job');
  assert.equal(report.state, 'succeeded');
  assert.equal(report.failure, null);
  assert.deepEqual(
    report.steps.map(({ name, status, exitCode }) => [name, status, exitCode]),
    [
      ['one', 'succeeded', 0],
      ['two', 'succeeded', 0],
    ],
  );
  // All of it is there when the end is told; nothing to wait for.
  const lines = await supervisor.log('builds/bld_job');
  const ofStep = (name: string) =>
    timeless(lines.filter(({ source }) => source.instance === name).map(({ text }) => text));
  assert.equal(lines[0]?.text, 'Building with care');
  assert.deepEqual(
    new Set(ofStep('one')),
    new Set(['one: sh -c echo out; echo err >&2', 'out', 'err', 'step one succeeded after N s']),
  );
  assert.deepEqual(ofStep('two'), [
    'two: sh -c echo $0 $1; printf end',
    'sh',
    'end',
    'step two succeeded after N s',
  ]);
  assert.deepEqual(lines.find(({ text }) => text === 'err')?.source, {
    kind: 'build',
    process: 'build',
    instance: 'one',
    release: 0,
    stream: 'stderr',
  });
});

test('a failing step ends the job, and the rest is skipped', async () => {
  await build([supervisor.step('one', 'exit 3'), supervisor.step('two', 'echo never')]);
  const report = await supervisor.jobEnded('bld_job');
  assert.partialDeepStrictEqual(report, {
    state: 'failed',
    failure: 'step one failed with exit code 3',
    steps: [
      { status: 'failed', exitCode: 3 },
      { status: 'skipped', exitCode: null },
    ],
  });
  assert.ok(!(await texts()).includes('never'));
});

test('a program that does not exist fails the step with the reason', async () => {
  await build([{ ...supervisor.step('one', ''), argv: ['no-such-tool'] }]);
  const { failure } = await supervisor.jobEnded('bld_job');
  assert.match(failure ?? '', /^step one could not be started: ENOENT: there is no program "no-such-tool"$/);
});

test('a step that takes too long is killed with its group', async () => {
  await build([supervisor.step('slow', 'trap "" TERM; sleep 1000 & echo $!; wait; sleep 1000', 300)]);
  const { state, failure } = await supervisor.jobEnded('bld_job');
  assert.equal(state, 'failed');
  assert.equal(failure, 'step slow took longer than 0.3 s');
  const pid = Number((await texts()).find((text) => /^\d+$/.test(text)));
  assert.equal(await isAlive(pid), false);
});

test('a job that is cancelled ends at once, with all it started', async () => {
  await build([supervisor.step('slow', 'sleep 1000 & echo $!; wait'), supervisor.step('next', 'true')]);
  const pid = Number(await until('the pid', async () => (await texts()).find((text) => /^\d+$/.test(text))));
  await supervisor.ask('POST', '/v1/jobs/bld_job/cancel');
  const { state, steps } = await supervisor.jobEnded('bld_job');
  assert.equal(state, 'cancelled');
  assert.deepEqual(
    steps.map(({ status }) => status),
    ['failed', 'skipped'],
  );
  assert.equal(await isAlive(pid), false);
});

test('what a step leaves running is ended with it', async () => {
  await build([supervisor.step('one', 'sleep 1000 & echo $!')]);
  const { state } = await supervisor.jobEnded('bld_job');
  assert.equal(state, 'succeeded');
  const pid = Number((await texts()).find((text) => /^\d+$/.test(text)));
  assert.equal(await isAlive(pid), false);
});

test('a job is started once, and forgotten on request', async () => {
  await build([supervisor.step('one', 'echo once')]);
  await build([supervisor.step('other', 'echo twice')]);
  await supervisor.jobEnded('bld_job');
  await build([supervisor.step('other', 'echo twice')]);
  assert.equal((await texts()).filter((text) => text === 'once').length, 1);
  await supervisor.ask('DELETE', '/v1/jobs/bld_job');
  assert.deepEqual((await supervisor.state()).jobs, []);
});

test('a job whose supervisor was killed is lost, its output is not, and nothing of it runs on', async () => {
  await build([supervisor.step('one', 'sleep 1000 & echo $!; wait'), supervisor.step('two', 'true')]);
  const pid = Number(await until('the pid', async () => (await texts()).find((text) => /^\d+$/.test(text))));
  await supervisor.kill();
  await supervisor.start();
  const report = await supervisor.jobEnded('bld_job');
  assert.partialDeepStrictEqual(report, {
    state: 'lost',
    steps: [{ status: 'failed' }, { status: 'skipped' }],
  });
  assert.match(report.failure ?? '', /platform stopped/);
  await until('the end of its program', async () => !(await isAlive(pid)));
  assert.equal((await texts()).filter((text) => text === String(pid)).length, 1);
});
