import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ChannelStream } from '@rig-ops/contract/channels';
import type { InstanceReport, InstanceSpec, JobReport, JobSpec } from '@rig-ops/contract/supervisor';
import type { Channel } from '@rig-ops/wire';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import type { Engine } from '../engine.ts';
import { EngineMirror } from '../engine-mirror.ts';

/** What a contract program does; the maker of an engine says how it is written for it. */
export type ContractProgram = 'serve' | 'wait' | 'ignore-term' | 'exit-7' | 'missing';

export interface ContractEngine {
  engine: Engine;
  /** Working folder of everything. */
  folder: string;
  argvOf: (program: ContractProgram) => string[];
  /** The command of a build step that succeeds or fails. */
  stepArgv: (succeeds: boolean) => string[];
}

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' };

async function follow(test: TestContext, engine: Engine): Promise<EngineMirror> {
  const mirror = new EngineMirror(engine, new MemoryLog().logger);
  const stop = new AbortController();
  const following = mirror.follow(stop.signal);
  test.after(async () => {
    stop.abort();
    await following;
  });
  await mirror.until(() => (mirror.ready ? true : undefined), AbortSignal.timeout(10_000));
  return mirror;
}

const instanceWhen = (mirror: EngineMirror, id: string, state: InstanceReport['state']) =>
  mirror.until(() => {
    const report = mirror.instance(id);
    return report?.state === state ? report : undefined;
  }, AbortSignal.timeout(15_000));

const buildEnd = (mirror: EngineMirror, id: string): Promise<JobReport> =>
  mirror.until(() => {
    const report = mirror.build(id);
    return report !== undefined && report.state !== 'running' ? report : undefined;
  }, AbortSignal.timeout(15_000));

const specOf = (
  made: ContractEngine,
  program: ContractProgram,
  change: Partial<InstanceSpec> = {},
): InstanceSpec => ({
  id: 'ins_1',
  app: 'shop',
  appId: 'app_shop',
  process: program === 'serve' ? 'web' : 'worker',
  name: 'web.1',
  release: 1,
  argv: made.argvOf(program),
  cwd: made.folder,
  env,
  ...change,
});

const jobOf = (made: ContractEngine, steps: boolean[]): JobSpec => ({
  id: 'bld_1',
  steps: steps.map((succeeds, index) => ({
    name: `step ${index + 1}`,
    argv: made.stepArgv(succeeds),
    cwd: made.folder,
    env,
    timeoutMs: 10_000,
  })),
  preamble: ['begins'],
});

const openCommand = (made: ContractEngine, argv: string[]): Promise<Channel> =>
  made.engine.openCommand({ session: 'ses_1', instance: null, argv, cwd: made.folder, env });

/** What every engine does. `make` gives a fresh one and cleans up after the test. */
export function engineContract(name: string, make: (test: TestContext) => Promise<ContractEngine>): void {
  describe(`${name} as an Engine: instances`, () => {
    it('tells what runs, first in a snapshot, then as it changes', async (test) => {
      const made = await make(test);
      const { engine } = made;
      const mirror = await follow(test, engine);
      assert.deepEqual(mirror.instances(), []);
      const spec = specOf(made, 'wait');
      await engine.startInstance(spec);
      const report = await instanceWhen(mirror, spec.id, 'running');
      assert.equal(report.spec.appId, 'app_shop');
      assert.ok(report.pid > 0);
      assert.deepEqual(
        (await engine.instances()).map((each) => each.spec.id),
        [spec.id],
      );
      const second = await follow(test, engine);
      assert.equal(second.instance(spec.id)?.pid, report.pid);
    });

    it('starts an instance once, however often it is asked', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      const spec = specOf(made, 'wait');
      await Promise.all([made.engine.startInstance(spec), made.engine.startInstance(spec)]);
      const { pid } = await instanceWhen(mirror, spec.id, 'running');
      await made.engine.startInstance(spec);
      const [only, ...others] = await made.engine.instances();
      assert.equal(only?.pid, pid);
      assert.deepEqual(others, []);
    });

    it('lets a program listen on the PORT of its environment', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      const port = await findFreePort(INSTANCE_PORTS, 25_000, new Set());
      await made.engine.startInstance(specOf(made, 'serve', { env: { ...env, PORT: String(port) } }));
      await instanceWhen(mirror, 'ins_1', 'running');
      const deadline = Date.now() + 10_000;
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
        if (answer?.status === 200) break;
        assert.ok(Date.now() < deadline, 'the program never answered');
      }
    });

    it('tells how an instance ended by itself', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.startInstance(specOf(made, 'exit-7'));
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.equal(report.exitCode, 7);
      assert.equal(mirror.wasStopped('ins_1'), false);
      assert.notEqual(report.endedAt, null);
    });

    it('tells why a program could not be started', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.startInstance(specOf(made, 'missing'));
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.match(report.startError ?? '', /ENOENT/);
    });

    it('stops with SIGTERM and tells that it was asked to', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.startInstance(specOf(made, 'wait'));
      await instanceWhen(mirror, 'ins_1', 'running');
      await made.engine.stopInstance('ins_1', 10_000);
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.equal(report.signal, 'SIGTERM');
      assert.equal(report.exitCode, 143);
      assert.equal(mirror.wasStopped('ins_1'), true);
    });

    it('ends what does not listen to SIGTERM', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.startInstance(specOf(made, 'ignore-term'));
      await instanceWhen(mirror, 'ins_1', 'running');
      await made.engine.stopInstance('ins_1', 50);
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.notEqual(report.signal, null);
    });

    it('forgets what runs by ending it', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.startInstance(specOf(made, 'wait'));
      await instanceWhen(mirror, 'ins_1', 'running');
      await mirror.forgetInstance('ins_1');
      const deadline = Date.now() + 10_000;
      while ((await made.engine.instances()).length > 0)
        assert.ok(Date.now() < deadline, 'it is still there');
    });

    it('takes no offence at ids it does not know', async (test) => {
      const { engine } = await make(test);
      await engine.stopInstance('ins_none', 10);
      await engine.forgetInstance('ins_none');
      await engine.cancelBuild('bld_none');
      await engine.forgetBuild('bld_none');
    });
  });

  describe(`${name} as an Engine: builds`, () => {
    it('runs the steps in order', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.runBuild(jobOf(made, [true, true]));
      const report = await buildEnd(mirror, 'bld_1');
      assert.equal(report.state, 'succeeded');
      assert.deepEqual(
        report.steps.map(({ status, exitCode }) => [status, exitCode]),
        [
          ['succeeded', 0],
          ['succeeded', 0],
        ],
      );
    });

    it('succeeds when there is nothing to do', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.runBuild(jobOf(made, []));
      assert.equal((await buildEnd(mirror, 'bld_1')).state, 'succeeded');
    });

    it('ends with the first step that fails', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.runBuild(jobOf(made, [true, false, true]));
      const report = await buildEnd(mirror, 'bld_1');
      assert.equal(report.state, 'failed');
      assert.equal(typeof report.failure, 'string');
      assert.equal(report.steps[1]?.status, 'failed');
      assert.notEqual(report.steps[1]?.exitCode, 0);
      assert.ok(['pending', 'skipped'].includes(report.steps[2]?.status ?? ''));
    });

    it('runs a build once, however often it is asked, and forgets it', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.runBuild(jobOf(made, [true]));
      const report = await buildEnd(mirror, 'bld_1');
      await made.engine.runBuild(jobOf(made, [false]));
      const again = await follow(test, made.engine);
      assert.deepEqual(again.build('bld_1'), report);
      await mirror.forgetBuild('bld_1');
      assert.deepEqual((await follow(test, made.engine)).builds(), []);
    });

    it('forgets what builds by ending it', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await made.engine.runBuild(jobOf(made, [true, true, true]));
      await mirror.forgetBuild('bld_1');
      assert.deepEqual((await follow(test, made.engine)).builds(), []);
    });
  });

  describe(`${name} as an Engine: commands`, () => {
    it('passes bytes through and tells the exit code', async (test) => {
      const made = await make(test);
      const channel = await openCommand(made, ['cat']);
      await channel.accepted;
      await channel.write(ChannelStream.stdin, Buffer.from([0, 255, 10, 13]));
      channel.end(ChannelStream.stdin);
      const chunks: Uint8Array[] = [];
      for await (const chunk of channel.read(ChannelStream.stdout)) chunks.push(chunk);
      assert.deepEqual(Array.from(Buffer.concat(chunks)), [0, 255, 10, 13]);
      const exit = (await channel.exited) as { exitCode: number; stdoutBytes: number };
      assert.deepEqual([exit.exitCode, exit.stdoutBytes], [0, 4]);
      const failing = await openCommand(made, ['false']);
      failing.end(ChannelStream.stdin);
      assert.equal(((await failing.exited) as { exitCode: number }).exitCode, 1);
    });

    it('passes signals on', async (test) => {
      const made = await make(test);
      const channel = await openCommand(made, ['cat']);
      await channel.accepted;
      channel.control({ type: 'signal', signal: 'SIGTERM' });
      const exit = (await channel.exited) as { exitCode: number; signal: string };
      assert.deepEqual([exit.exitCode, exit.signal], [143, 'SIGTERM']);
    });

    it('declares whether what it runs is kept away from the files of rigd', async (test) => {
      const made = await make(test);
      const secret = join(await makeTemporaryFolder(test), 'token');
      await writeFile(secret, 'a secret of rigd', { mode: 0o600 });
      const channel = await openCommand(made, ['cat', secret]);
      await channel.accepted;
      channel.end(ChannelStream.stdin);
      const seen: Buffer[] = [];
      for await (const chunk of channel.read(ChannelStream.stdout)) seen.push(Buffer.from(chunk));
      await channel.exited;
      channel.close();
      // Roles that end at an app are given where this says true; see docs/access.md.
      if (Buffer.concat(seen).includes('a secret of rigd')) {
        assert.equal(made.engine.capabilities.isolated, false);
      }
    });

    it('refuses a program that is not there', async (test) => {
      const made = await make(test);
      const channel = await openCommand(made, ['no-such-program']);
      await assert.rejects(channel.accepted, { code: 'remote_not_started' });
    });
  });
}
