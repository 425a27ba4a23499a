import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ChannelStream, type SessionAccepted } from '@rig-ops/contract/channels';
import type { InstanceReport, JobReport } from '@rig-ops/contract/supervisor';
import type { SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import type { Engine } from '../engine.ts';
import { EngineMirror } from '../engine-mirror.ts';
import { type ContractEngine, env, jobOf, specOf, startInstance } from './contract-engine.ts';
import { attachSpec, sessionSpec } from './session-spec.ts';
import { transferContract } from './transfer-contract.ts';

/** Until something that takes no time by itself has happened; a cluster that is busy places a pod late. */
const PATIENCE_MS = 60_000;

async function follow(test: TestContext, engine: Engine): Promise<EngineMirror> {
  const mirror = new EngineMirror(engine, new MemoryLog().logger);
  const stop = new AbortController();
  const following = mirror.follow(stop.signal);
  test.after(async () => {
    stop.abort();
    await following;
  });
  await mirror.until(() => (mirror.ready ? true : undefined), AbortSignal.timeout(PATIENCE_MS));
  return mirror;
}

const instanceWhen = (mirror: EngineMirror, id: string, state: InstanceReport['state']) =>
  mirror.until(() => {
    const report = mirror.instance(id);
    return report?.state === state ? report : undefined;
  }, AbortSignal.timeout(PATIENCE_MS));

const buildEnd = (mirror: EngineMirror, id: string): Promise<JobReport> =>
  mirror.until(() => {
    const report = mirror.build(id);
    return report !== undefined && report.state !== 'running' ? report : undefined;
  }, AbortSignal.timeout(PATIENCE_MS));

const openSession = (
  made: ContractEngine,
  argv: string[],
  change: Partial<SessionSpec> = {},
): Promise<Channel> =>
  made.engine.openSession(
    sessionSpec({ id: 'ses_1', argv, cwd: made.folder, env, ...change }),
    made.placeOf?.({ env }),
  );

const sessionWhen = (mirror: EngineMirror, is: (report: SessionReport) => boolean): Promise<SessionReport> =>
  mirror.until(() => {
    const report = mirror.session('ses_1');
    return report !== undefined && is(report) ? report : undefined;
  }, AbortSignal.timeout(PATIENCE_MS));

async function readExactly(channel: Channel, bytes: number): Promise<string> {
  let text = '';
  for await (const chunk of channel.read(ChannelStream.stdout)) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length >= bytes) break;
  }
  return text;
}

/** What every engine does. `make` gives a fresh one and cleans up after the test. */
export function engineContract(name: string, make: (test: TestContext) => Promise<ContractEngine>): void {
  describe(`${name} as an Engine: instances`, () => {
    it('tells what runs, first in a snapshot, then as it changes', async (test) => {
      const made = await make(test);
      const { engine } = made;
      const mirror = await follow(test, engine);
      assert.deepEqual(mirror.instances(), []);
      const spec = specOf(made, 'wait');
      await startInstance(made, spec);
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
      await Promise.all([startInstance(made, spec), startInstance(made, spec)]);
      const { pid } = await instanceWhen(mirror, spec.id, 'running');
      await startInstance(made, spec);
      const [only, ...others] = await made.engine.instances();
      assert.equal(only?.pid, pid);
      assert.deepEqual(others, []);
    });

    it('lets a program listen on the PORT of its environment', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      const port = await findFreePort(INSTANCE_PORTS, 25_000, new Set());
      await startInstance(made, specOf(made, 'serve', { env: { ...env, PORT: String(port) } }));
      await instanceWhen(mirror, 'ins_1', 'running');
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
        if (answer?.status === 200) break;
        assert.ok(Date.now() < deadline, 'the program never answered');
      }
    });

    it('tells how an instance ended by itself', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await startInstance(made, specOf(made, 'exit-7'));
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.equal(report.exitCode, 7);
      assert.equal(mirror.wasStopped('ins_1'), false);
      assert.notEqual(report.endedAt, null);
    });

    it('tells why a program could not be started', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await startInstance(made, specOf(made, 'missing'));
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.match(report.startError ?? '', /ENOENT/);
    });

    it('stops with SIGTERM and tells that it was asked to', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await startInstance(made, specOf(made, 'wait'));
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
      await startInstance(made, specOf(made, 'ignore-term'));
      await instanceWhen(mirror, 'ins_1', 'running');
      await made.engine.stopInstance('ins_1', 50);
      const report = await instanceWhen(mirror, 'ins_1', 'exited');
      assert.notEqual(report.signal, null);
    });

    it('forgets what runs by ending it', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      await startInstance(made, specOf(made, 'wait'));
      await instanceWhen(mirror, 'ins_1', 'running');
      await mirror.forgetInstance('ins_1');
      const deadline = Date.now() + PATIENCE_MS;
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

  describe(`${name} as an Engine: sessions`, () => {
    it('passes bytes through and tells the exit code', async (test) => {
      const made = await make(test);
      const channel = await openSession(made, ['cat']);
      await channel.accepted;
      await channel.write(ChannelStream.stdin, Buffer.from([0, 255, 10, 13]));
      channel.end(ChannelStream.stdin);
      const chunks: Uint8Array[] = [];
      for await (const chunk of channel.read(ChannelStream.stdout)) chunks.push(chunk);
      assert.deepEqual(Array.from(Buffer.concat(chunks)), [0, 255, 10, 13]);
      const exit = (await channel.exited) as { exitCode: number; stdoutBytes: number };
      assert.deepEqual([exit.exitCode, exit.stdoutBytes], [0, 4]);
      const failing = await openSession(made, ['false'], { id: 'ses_2' });
      failing.end(ChannelStream.stdin);
      assert.equal(((await failing.exited) as { exitCode: number }).exitCode, 1);
    });

    it('passes signals on', async (test) => {
      const made = await make(test);
      const channel = await openSession(made, ['cat']);
      await channel.accepted;
      channel.control({ type: 'signal', signal: 'SIGTERM' });
      const exit = (await channel.exited) as { exitCode: number; signal: string };
      assert.deepEqual([exit.exitCode, exit.signal], [143, 'SIGTERM']);
    });

    it('goes on with a session that was lost, without losing or repeating a byte', async (test) => {
      const made = await make(test);
      const mirror = await follow(test, made.engine);
      const first = await openSession(made, ['cat']);
      const begun = (await first.accepted) as SessionAccepted;
      assert.deepEqual(begun.offsets, { stdin: 0, stdout: 0, stderr: 0 });
      await first.write(ChannelStream.stdin, Buffer.from('one '));
      assert.equal(await readExactly(first, 4), 'one ');
      first.close({ code: 'connection_lost', message: 'Cut.', hint: '', exitCode: 8 });
      await sessionWhen(mirror, ({ clients, state }) => state === 'running' && clients.length === 0);
      const from = { stdout: 2, stderr: 0 };
      const second = await made.engine.attachSession(attachSpec({ from }));
      const again = (await second.accepted) as SessionAccepted;
      assert.deepEqual([again.mode, again.client], ['write', begun.client]);
      assert.deepEqual(again.offsets, { stdin: 4, ...from });
      await second.write(ChannelStream.stdin, Buffer.from('two'));
      second.end(ChannelStream.stdin);
      assert.equal(await readExactly(second, 5), 'e two');
      const exit = (await second.exited) as { exitCode: number; stdoutBytes: number; end: string };
      assert.deepEqual([exit.exitCode, exit.stdoutBytes, exit.end], [0, 7, 'exited']);
    });

    it('lets one watch and refuses a second one who writes', async (test) => {
      const made = await make(test);
      const channel = await openSession(made, ['cat']);
      await channel.accepted;
      const bob = { id: 'cli_2', user: 'bob', address: 'local' };
      const watcher = await made.engine.attachSession(attachSpec({ client: bob }));
      assert.equal(((await watcher.accepted) as SessionAccepted).mode, 'read');
      const client = { ...bob, id: 'cli_3' };
      const writer = await made.engine.attachSession(attachSpec({ client, mode: 'write' }));
      await assert.rejects(writer.accepted, { code: 'session_busy' });
      await channel.write(ChannelStream.stdin, Buffer.from('seen'));
      assert.equal(await readExactly(watcher, 4), 'seen');
      channel.end(ChannelStream.stdin);
      assert.equal(((await watcher.exited) as { exitCode: number }).exitCode, 0);
    });

    it('tells of a session until it is forgotten', async (test) => {
      const made = await make(test);
      const { engine } = made;
      const mirror = await follow(test, engine);
      const channel = await openSession(made, ['cat']);
      await channel.accepted;
      channel.control({ type: 'detach' });
      assert.deepEqual(await channel.exited, { left: 'detached' });
      const detached = await sessionWhen(mirror, ({ spec, clients }) => spec.detach && clients.length === 0);
      assert.equal(detached.state, 'running');
      await engine.forgetSession('ses_1');
      assert.equal((await engine.sessions()).length, 1);
      await engine.killSession('ses_1', { why: 'killed', graceMs: 5_000 });
      const ended = await sessionWhen(mirror, ({ state }) => state === 'ended');
      assert.deepEqual([ended.end, ended.signal], ['killed', 'SIGHUP']);
      assert.equal((await follow(test, engine)).session('ses_1')?.state, 'ended');
      await mirror.forgetSession('ses_1');
      assert.deepEqual(await engine.sessions(), []);
      const late = await engine.attachSession(attachSpec());
      await assert.rejects(late.accepted, ({ code }: { code: string }) =>
        ['session_not_found', 'session_ended'].includes(code),
      );
    });

    it('tells nobody of a session that is a check of the platform', async (test) => {
      const made = await make(test);
      const channel = await openSession(made, ['cat'], { untold: true });
      await channel.accepted;
      assert.deepEqual(await made.engine.sessions(), []);
      channel.close();
    });

    it('takes no offence at sessions it does not know', async (test) => {
      const { engine } = await make(test);
      await engine.killSession('ses_none', { why: 'killed', graceMs: 0 });
      await engine.forgetSession('ses_none');
      const channel = await engine.attachSession(attachSpec({ session: 'ses_none' }));
      await assert.rejects(channel.accepted, { code: 'session_not_found' });
    });

    it('declares whether what it runs is kept away from the files of rigd', async (test) => {
      const made = await make(test);
      const secret = join(await makeTemporaryFolder(test), 'token');
      await writeFile(secret, 'a secret of rigd', { mode: 0o600 });
      const channel = await openSession(made, ['cat', secret]);
      await channel.accepted;
      channel.end(ChannelStream.stdin);
      const seen: Buffer[] = [];
      const read = async (stream: number) => {
        for await (const chunk of channel.read(stream)) seen.push(Buffer.from(chunk));
      };
      await Promise.all([read(ChannelStream.stdout), read(ChannelStream.stderr)]);
      await channel.exited;
      channel.close();
      // Roles that end at an app are given where this says true; see docs/access.md.
      if (Buffer.concat(seen).includes('a secret of rigd')) {
        assert.equal(made.engine.capabilities.isolated, false);
      }
    });

    it('refuses a program that is not there', async (test) => {
      const made = await make(test);
      const channel = await openSession(made, ['no-such-program']);
      await assert.rejects(channel.accepted, { code: 'remote_not_started' });
    });
  });

  transferContract(name, make);
}
