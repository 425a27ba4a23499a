import assert from 'node:assert/strict';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { InstanceSpec, IsolationKind } from '@rig-ops/contract/supervisor';
import { isAlive } from '../proc/process-identity.ts';
import { ORDINARY, reasonToSkip } from '../testing/platforms.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

const attacker = fileURLToPath(new URL('../testing/attacker.sh', import.meta.url));
interface Platform {
  name: string;
  kind: IsolationKind;
  uid?: number;
}

const platforms: Platform[] = [
  { name: 'of root', kind: 'users' },
  { name: 'of an ordinary user', kind: 'namespaces', uid: ORDINARY },
];

for (const { name, kind, uid } of platforms) {
  describe(`apps on a platform ${name}`, { skip: reasonToSkip(uid) }, () => {
    const supervisor = new TestSupervisor();
    const start = async () => await supervisor.start({ isolation: 'auto' }, { uid });
    const artifact = (build: string) => join(supervisor.layout.artifacts, build);
    const run = async (app: string, argv: string[], change: Partial<InstanceSpec> = {}) =>
      await supervisor.run(`ins_${app}`, argv, {
        app,
        appId: `app_${app}`,
        cwd: artifact(`bld_${app}`),
        ...change,
      });
    const makeArtifact = (app: string) => {
      mkdirSync(artifact(`bld_${app}`), { recursive: true });
      writeFileSync(join(artifact(`bld_${app}`), 'file'), app);
      if (uid !== undefined)
        for (const path of [supervisor.layout.artifacts, artifact(`bld_${app}`)]) chownSync(path, uid, uid);
    };
    const texts = async (app: string) => (await supervisor.log(`apps/app_${app}`)).map(({ text }) => text);

    before(async () => {
      await start();
      for (const app of ['ann', 'bob']) makeArtifact(app);
    });
    after(async () => await supervisor.close());

    it('are isolated', async () => {
      const { isolation } = await supervisor.state();
      assert.deepEqual([isolation?.kind, isolation?.why], [kind, null]);
    });

    it('reach nothing of one another and of the platform', async (context) => {
      const tmpFile = join(tmpdir(), `rig-isolation-${process.pid}`);
      writeFileSync(tmpFile, '');
      writeFileSync(supervisor.layout.database, '');
      context.after(() => rmSync(tmpFile));
      const victim = await run('ann', ['sleep', '1000'], { env: { ...supervisor.env, SECRET: 'of-ann' } });
      const script = readFileSync(attacker, 'utf8');
      await run('bob', ['sh', '-c', script], {
        env: {
          ...supervisor.env,
          PLATFORM: supervisor.layout.root,
          SUPERVISOR: String(supervisor.record()?.pid),
          VICTIM: String(victim.pid),
          VICTIM_FILE: join(artifact('bld_ann'), 'file'),
          TMP_FILE: tmpFile,
        },
      });
      await supervisor.ended('ins_bob');
      const said = await texts('bob');
      assert.deepEqual(
        said.filter((line) => line.endsWith('NOT HELD')),
        [],
      );
      const attempts = script.match(/^attempt /gm)?.length;
      assert.equal(said.filter((line) => line.endsWith(': held')).length, attempts, said.join('\n'));
      for (const line of ['writes its own', 'by name', 'by name too', 'done'])
        assert.ok(said.includes(line), said.join('\n'));
      assert.ok(await isAlive(victim));
      assert.equal((await supervisor.ended('ins_bob')).exitCode, 0);
    });

    it('end as exactly as without', async () => {
      const ends = {
        code: 'exit 7',
        high: 'exit 143',
        signal: 'kill -TERM $$',
        core: 'kill -SEGV $$',
        usr: 'kill -USR2 $$',
      };
      for (const [id, script] of Object.entries(ends))
        await run(id, ['sh', '-c', script], { cwd: '/', appId: 'app_ends' });
      const found = [];
      for (const id of Object.keys(ends)) {
        const { exitCode, signal } = await supervisor.ended(`ins_${id}`);
        found.push([exitCode, signal]);
      }
      assert.deepEqual(found, [
        [7, null],
        [143, null],
        [143, 'SIGTERM'],
        [139, 'SIGSEGV'],
        [140, 'SIGUSR2'],
      ]);
    });

    it('say why they cannot be started in the words of one that is not isolated', async () => {
      writeFileSync(join(artifact('bld_ann'), 'plain'), '');
      const cases: [argv: string[], cwd: string, RegExp][] = [
        [['/no/such/program'], '/', /^ENOENT: there is no program "\/no\/such\/program"$/],
        [['no-such-program'], '/', /^ENOENT: there is no program "no-such-program"$/],
        [['./plain'], artifact('bld_ann'), /^EACCES: ".\/plain" may not be executed$/],
        [['true'], '/no/such/folder', /^ENOENT: there is no folder \/no\/such\/folder$/],
        [['true'], '/proc/1/root/', /there is no folder/],
        [['true'], supervisor.layout.spool, /^ENOENT: there is no folder/],
      ];
      for (const [index, [argv, cwd, expected]] of cases.entries()) {
        const { startError, state } = await supervisor.run(`ins_fail${index}`, argv, {
          appId: 'app_ann',
          cwd,
          // A folder that may not be searched would change the answer.
          env: { PATH: '/usr/bin:/bin' },
        });
        assert.equal(state, 'exited');
        assert.match(startError ?? '', expected);
      }
    });

    it('get SIGTERM and their time to end, however many processes they are', async () => {
      const script = `trap 'echo ending; sleep 0.3; echo ended; exit 5' TERM; echo ready; while :; do sleep 0.05; done`;
      await run('slow', ['sh', '-c', `(${script})& wait; wait; exit 6`], { cwd: '/' });
      await until('the program', async () => (await texts('slow')).includes('ready'));
      await supervisor.ask('POST', '/v1/instances/ins_slow/stop', { graceMs: 10_000 });
      await supervisor.ended('ins_slow');
      assert.ok((await texts('slow')).includes('ended'));
    });

    it('are nothing of what their environment would make of a privileged program', async () => {
      const folder = artifact('bld_ann');
      const trace = join(folder, 'trace');
      writeFileSync(join(folder, 'Evil.pm'), `BEGIN { open(my $f, '>', '${trace}'); print $f "$<" } 1;`);
      const env = { ...supervisor.env, PERL5LIB: folder, PERL5OPT: '-MEvil', LD_AUDIT: `${folder}/audit.so` };
      await run('evil', ['true'], { appId: 'app_ann', cwd: folder, env });
      await supervisor.ended('ins_evil');
      assert.equal(existsSync(trace), false);
    });

    it('build as themselves, and what they build is theirs', async () => {
      const [folder, fresh] = [artifact('bld_new'), join(supervisor.layout.root, 'cache', 'new')];
      for (const path of [folder, fresh]) mkdirSync(path, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, 'source'), 'text', { mode: 0o600 });
      if (uid !== undefined)
        for (const path of [folder, join(folder, 'source'), join(fresh, '..'), fresh])
          chownSync(path, uid, uid);
      const step = supervisor.step(
        'one',
        `cat source && echo built > made && echo kept > ${fresh}/kept && id -un`,
      );
      await supervisor.ask('PUT', '/v1/jobs/bld_new', {
        id: 'bld_new',
        appId: 'app_ann',
        steps: [{ ...step, cwd: folder }],
        preamble: [],
        folders: [folder, fresh],
      });
      assert.equal((await supervisor.jobEnded('bld_new')).state, 'succeeded');
      const owner = lstatSync(join(folder, 'made')).uid;
      assert.equal(lstatSync(join(fresh, 'kept')).uid, owner);
      assert.equal(lstatSync(join(folder, 'source')).uid, owner);
      assert.equal(owner, uid ?? lstatSync(artifact('bld_ann')).uid);
      assert.notEqual(owner, 0);
    });

    it('go on when the supervisor is killed, and are known to the next one', async () => {
      const before = await run('stays', ['sh', '-c', 'echo up; exec sleep 1000'], { cwd: '/' });
      await until('the program', async () => (await texts('stays')).includes('up'));
      await supervisor.kill();
      assert.ok(await isAlive(before));
      await start();
      const found = (await supervisor.state()).instances.find(({ spec }) => spec.id === 'ins_stays');
      assert.deepEqual([found?.state, found?.pid], ['running', before.pid]);
      await supervisor.ask('POST', '/v1/instances/ins_stays/stop', { graceMs: 10_000 });
      await supervisor.ended('ins_stays');
      assert.equal(await isAlive(before), false);
    });

    it("take no memory that is rig's own", async () => {
      await run('usage', [process.execPath, '-e', 'setInterval(() => {}, 1000)'], { cwd: '/' });
      const usage = await until('the usage', async () => {
        const all = await supervisor.ask<{ instance: string; memoryBytes: number }[]>('GET', '/v1/usage');
        const found = all.find(
          ({ instance, memoryBytes }) => instance === 'ins_usage' && memoryBytes > 30_000_000,
        );
        return found ?? null;
      });
      assert.ok(usage.memoryBytes > 0);
    });
  });
}
