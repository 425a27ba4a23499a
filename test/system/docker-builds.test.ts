import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JobReport, JobSpec, JobStep } from '@rig-ops/contract/supervisor';
import { TestSupervisor } from '../../packages/supervisor/src/testing/test-supervisor.ts';
import { until } from '../../packages/supervisor/src/testing/until.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';
const PATIENCE_MS = 60_000;
const BUILDER = 4711;

describe('builds in containers', { skip }, () => {
  const supervisor = new TestSupervisor();
  let daemon: DockerDaemon;
  let image: string;
  let folder: string;
  let kept: string;

  const start = async () => await supervisor.start({ docker: { host: daemon.host, certificates: null } });

  before(async () => {
    assert.ok(started);
    daemon = started;
    const tools = { sleep: '/bin/sleep', id: '/usr/bin/id', cat: '/bin/cat', touch: '/usr/bin/touch' };
    image = daemon.imageOf({ node: process.execPath, sh: '/bin/sh', ...tools });
    folder = join(supervisor.home, 'artifact');
    kept = join(supervisor.home, 'kept');
    mkdirSync(folder);
    mkdirSync(kept);
    writeFileSync(join(kept, 'file'), 'kept\n');
    chownSync(folder, BUILDER, BUILDER);
    await start();
    // Whoever has a folder gets to it.
    chmodSync(supervisor.home, 0o711);
  });
  after(async () => {
    await supervisor.close();
    await daemon?.close();
  });

  const step = (name: string, script: string, change: Partial<JobStep> = {}): JobStep => ({
    name,
    argv: ['sh', '-c', script],
    cwd: folder,
    env: { OWN: 'value' },
    timeoutMs: PATIENCE_MS,
    ...change,
  });

  const MIB = 1024 * 1024;
  const limits = { timeoutMs: PATIENCE_MS, outputBytes: 8 * MIB, memoryBytes: 256 * MIB, processes: 64 };

  async function build(id: string, steps: JobStep[], change: Partial<JobSpec> = {}): Promise<void> {
    const spec: JobSpec = {
      id,
      steps,
      preamble: [],
      limits,
      folders: [folder],
      readable: [kept],
      container: {
        image,
        network: null,
        ports: [],
        limits: { memoryBytes: limits.memoryBytes, cpus: null, processes: limits.processes },
        readOnly: false,
        user: null,
      },
      ...change,
    };
    await supervisor.ask('PUT', `/v1/jobs/${id}`, spec);
  }

  async function ended(id: string): Promise<JobReport> {
    return await until(
      `the end of ${id}`,
      async () => {
        const found = (await supervisor.state()).jobs.find((job) => job.id === id);
        return found === undefined || found.state === 'running' ? null : found;
      },
      PATIENCE_MS,
    );
  }

  const texts = async (id: string) =>
    (await supervisor.log(`builds/${id}`))
      .filter(({ source }) => source.kind === 'build')
      .map(({ text }) => text);
  const printed = async (id: string, text: string) =>
    await until(
      `${text} of ${id}`,
      async () => ((await texts(id).catch((): string[] => [])).includes(text) ? true : null),
      PATIENCE_MS,
    );
  const containers = () => daemon.docker('ps', '-aq').split('\n').filter(Boolean);
  const nothingLeft = async () =>
    await until('no container', () => (containers().length === 0 ? true : null));

  it('run step by step as the owner of the folder, with what they print in the log once', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    await build('bld_steps', [
      step('who', 'id -u; echo $OWN; echo $PWD; cat "$KEPT"; touch made', {
        env: { OWN: 'value', KEPT: join(kept, 'file') },
      }),
      step('flood', 'exec node -e "for (let i = 0; i < 20000; i += 1) console.log(\'line \' + i)"'),
      step('behind', 'sleep 600 & echo left'),
      step('readonly', `touch ${join(kept, 'no')}`, { mayFail: true }),
      step('last', 'test -f made && echo same >&2'),
    ]);
    const report = await ended('bld_steps');
    assert.equal(report.failure, null);
    assert.deepEqual(
      report.steps.map(({ status, exitCode }) => [status, exitCode]),
      [
        ['succeeded', 0],
        ['succeeded', 0],
        ['succeeded', 0],
        ['failed', 1],
        ['succeeded', 0],
      ],
    );
    const all = await texts('bld_steps');
    assert.deepEqual(all.slice(0, 4), [String(BUILDER), 'value', folder, 'kept']);
    assert.deepEqual(
      all.filter((text) => text.startsWith('line ')),
      lines,
    );
    assert.ok(all.includes('same'));
    assert.equal(statSync(join(folder, 'made')).uid, BUILDER);
    assert.equal(existsSync(join(kept, 'no')), false);
    await nothingLeft();
  });

  it('fail as those of programs do', async () => {
    await build('bld_missing', [step('one', '', { argv: ['no-such-tool'] }), step('two', 'true')]);
    assert.match((await ended('bld_missing')).failure ?? '', /no program "no-such-tool" in the image/);
    await build('bld_code', [step('one', 'exit 3'), step('two', 'echo never')]);
    assert.equal((await ended('bld_code')).failure, 'step one failed with exit code 3');
    await build('bld_image', [step('one', 'true')], {
      container: {
        image: 'no/such:image',
        network: null,
        ports: [],
        limits: { memoryBytes: null, cpus: null, processes: null },
        readOnly: false,
        user: null,
      },
    });
    const report = await ended('bld_image');
    assert.equal(report.state, 'failed');
    assert.match(report.failure ?? '', /container of the build could not be started: .*no\/such:image/);
    assert.deepEqual(report.steps[0]?.status, 'skipped');
    await nothingLeft();
  });

  it('end by time, by what they print, by memory and when they are cancelled, with all they have started', async () => {
    await build('bld_slow', [step('slow', 'trap "" TERM; sleep 600 & wait; sleep 600', { timeoutMs: 500 })]);
    assert.equal((await ended('bld_slow')).failure, 'step slow took longer than 0.5 s');
    await build('bld_loud', [
      step('loud', 'exec node -e "const l=\'x\'.repeat(1e5);for(;;)fs.writeSync(1,l)"'),
    ]);
    assert.match((await ended('bld_loud')).failure ?? '', /printed more than 8 MiB/);
    await build('bld_greedy', [
      step('greedy', 'exec node -e "const all=[];for(;;)all.push(Buffer.alloc(1e7,1))"'),
    ]);
    assert.match((await ended('bld_greedy')).failure ?? '', /used more than 256 MiB of memory/);
    await build('bld_cancel', [step('one', 'echo begun; sleep 600 & wait'), step('two', 'true')]);
    await printed('bld_cancel', 'begun');
    await supervisor.ask('POST', '/v1/jobs/bld_cancel/cancel');
    const report = await ended('bld_cancel');
    assert.equal(report.state, 'cancelled');
    assert.deepEqual(
      report.steps.map(({ status }) => status),
      ['failed', 'skipped'],
    );
    await nothingLeft();
  });

  it('are lost with the supervisor, their output is not, and nothing of them runs on', async () => {
    await build('bld_lost', [step('one', 'echo begun; sleep 600'), step('two', 'true')]);
    await printed('bld_lost', 'begun');
    await supervisor.kill();
    await start();
    const report = await ended('bld_lost');
    assert.equal(report.state, 'lost');
    assert.deepEqual((await texts('bld_lost')).filter((text) => text === 'begun').length, 1);
    await nothingLeft();
  });

  it('fail when the daemon dies in the middle of them', async () => {
    await build('bld_down', [step('one', 'echo begun; sleep 600'), step('two', 'true')]);
    await printed('bld_down', 'begun');
    await daemon.end('SIGKILL');
    const report = await ended('bld_down');
    assert.equal(report.state, 'failed');
    assert.match(report.failure ?? '', /daemon, or the container, went away/);
    assert.ok(await daemon.run());
    await nothingLeft();
    await build('bld_after', [step('one', 'echo again')]);
    assert.equal((await ended('bld_after')).state, 'succeeded');
    assert.equal(readFileSync(join(kept, 'file'), 'utf8'), 'kept\n');
  });
});
