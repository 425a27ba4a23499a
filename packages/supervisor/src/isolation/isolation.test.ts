import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { InstanceSpec, IsolationKind } from '@rig-ops/contract/supervisor';
import { isAlive } from '../proc/process-identity.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';

const attacker = fileURLToPath(new URL('../testing/attacker.sh', import.meta.url));
/** `nobody`, as which a whole platform runs here. */
const ORDINARY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Why a platform cannot be had here for this user; false where it can. */
function reasonToSkip(uid: number | undefined): string | false {
  if (process.platform !== 'linux') return 'only Linux isolates';
  if (!isRoot) return uid === undefined ? 'it takes root' : 'to become an ordinary user takes root';
  if (uid === undefined) return false;
  const options = { uid, gid: uid, stdio: 'ignore' as const };
  if (spawnSync(process.execPath, [attacker], { ...options, timeout: 10_000 }).error !== undefined)
    return 'an ordinary user may not run what lies in this folder';
  return spawnSync('/usr/bin/unshare', ['--user', 'true'], options).status === 0
    ? false
    : 'there are no namespaces for ordinary users';
}

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
  });
}
