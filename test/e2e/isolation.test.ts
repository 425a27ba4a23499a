import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe as suite, it } from 'node:test';
import { describe, repository, type RunOptions, User } from '../support/rig.ts';

interface Checks {
  checks: { name: string; message: string }[];
}

interface InstanceRecord {
  report: { pid: number; spec: { app: string } };
}

const attacker = readFileSync(join(repository, 'packages/supervisor/src/testing/attacker.sh'), 'utf8');
const user = new User();
const tmpFile = join(tmpdir(), `rig-e2e-isolation-${process.pid}`);

/** Why this machine isolates nothing; null when it does. */
async function reasonForNone(): Promise<string | null> {
  const { checks } = await user.json<Checks>(['doctor']);
  const found = checks.find(({ name }) => name === 'isolation')?.message ?? 'doctor does not say';
  return /neither/.test(found) ? found : null;
}

/** The variables that the attacker looks at. */
async function targets(): Promise<Record<string, string>> {
  const platform = join(user.home, 'platform');
  const records = join(platform, 'supervised', 'instances');
  const [victim] = readdirSync(records)
    .map((name) => JSON.parse(readFileSync(join(records, name), 'utf8')) as InstanceRecord)
    .filter(({ report }) => report.spec.app === 'ann');
  const { releases } = await user.json<{ releases: { buildId?: string }[] }>(['releases', 'list', 'ann']);
  return {
    PLATFORM: platform,
    SUPERVISOR: String(user.platformFile<{ pid: number }>('supervisor.json').pid),
    VICTIM: String(victim?.report.pid),
    VICTIM_FILE: join(platform, 'artifacts', releases[0]?.buildId ?? '', 'server.js'),
    TMP_FILE: tmpFile,
  };
}

function assertHeld(said: string[]): void {
  const text = said.join('\n');
  assert.deepEqual(
    said.filter((line) => line.includes('NOT HELD')),
    [],
  );
  assert.equal(
    said.filter((line) => line.endsWith(': held')).length,
    attacker.match(/^attempt /gm)?.length,
    text,
  );
  assert.ok(
    said.some((line) => line.endsWith('writes its own')) && said.some((line) => line.endsWith('done')),
    text,
  );
}

let none: string | null;
before(async () => {
  writeFileSync(tmpFile, '');
  for (const app of ['ann', 'bob']) {
    await user.json(['deploy', user.example('hello-node'), '--app', app, '--yes']);
  }
  none = await reasonForNone();
});
after(async () => {
  rmSync(tmpFile, { force: true });
  await user.close();
});

suite('in an app of a platform', () => {
  it('a session reaches nothing of another app and of the platform', async (test) => {
    if (none !== null) return test.skip(none);
    const env = Object.entries(await targets()).map(([name, value]) => `${name}=${value}`);
    const args = ['command', 'bob', '--', 'env', ...env, 'sh', '-c', attacker];
    const outcome = await user.run(args);
    assert.equal(outcome.code, 0, describe(args, outcome));
    assertHeld(outcome.stdout.trim().split('\n'));
  });

  it('a build reaches nothing either', async (test) => {
    if (none !== null) return test.skip(none);
    const values = Object.entries(await targets()).map(([name, value]) => `export ${name}='${value}'\n`);
    const folder = user.example('hello-node');
    writeFileSync(join(folder, 'attack.sh'), `${values.join('')}${attacker}`);
    writeFileSync(
      join(folder, 'rig.toml'),
      '[build]\ncommand = "sh attack.sh"\n[processes]\nweb = "node server.js"\n',
    );
    await user.json(['deploy', folder, '--app', 'bob', '--yes']);
    const { stdout } = await user.run(['logs', 'build', '--app', 'bob']);
    assertHeld(stdout.trim().split('\n'));
  });

  it('what sessions of an app leave is for its other sessions and gone with the app', async (test) => {
    if (none !== null) return test.skip(none);
    await user.run(['command', 'bob', '--', 'sh', '-c', 'echo left > /tmp/left']);
    assert.equal((await user.run(['command', 'bob', '--', 'cat', '/tmp/left'])).stdout, 'left\n');
    assert.notEqual((await user.run(['command', 'ann', '--', 'cat', '/tmp/left'])).code, 0);
  });

  it('a role that runs code ends where it was given, and holds no more when apps are not isolated', async (test) => {
    if (none !== null) return test.skip(none);
    await user.json(['users', 'create', 'eve']);
    const { token } = await user.json<{ token: string }>(['tokens', 'create', 'laptop', '--user', 'eve']);
    await user.json(['access', 'grant', 'eve', 'operator', 'app/bob']);
    const asEve = () => ({
      env: { RIG_URL: user.platformFile<{ url: string }>('platform.json').url, RIG_TOKEN: token },
    });
    const refused = async (args: string[], options: RunOptions) => {
      const outcome = await user.run(args, options);
      assert.deepEqual(
        [outcome.code, outcome.stdout.includes('app_not_found')],
        [6, true],
        describe(args, outcome),
      );
    };
    assert.equal((await user.run(['command', 'bob', '--', 'true'], asEve())).code, 0);
    await refused(['command', 'ann', '-o', 'json', '--', 'true'], asEve());

    const file = join(user.home, 'platform', 'isolation.json');
    writeFileSync(file, '{"isolation":"off"}');
    await user.json(['platform', 'stop']);
    await user.json(['platform', 'start']);
    const { problems } = await user.json<{ problems: { code: string; message: string }[] }>(['status']);
    assert.match(
      problems.find(({ code }) => code === 'roles_not_held')?.message ?? '',
      /1 role .* switched off/,
    );
    await refused(['command', 'bob', '-o', 'json', '--', 'true'], asEve());
    await user.fails(['access', 'grant', 'eve', 'deployer', 'app/ann'], 'role_not_isolated', 5);
    assert.match((await reasonForNone()) ?? '', /switched off/);
  });
});
