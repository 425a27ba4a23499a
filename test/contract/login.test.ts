import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startTestServer } from '../../packages/server/src/testing/start-test-server.ts';
import { TEST_TOKEN } from '../../packages/server/src/testing/test-token.ts';
import { authorityFile, startProxy, terminateTls } from '../support/ways.ts';
import { type Outcome, type RunOptions, Sandbox } from './run-rig.ts';

interface Failure {
  error: { code: string; message: string; hint: string };
}

const json = <T>({ stdout }: Outcome): T => JSON.parse(stdout) as T;

describe('logging in and out', { concurrency: 1, timeout: 240_000 }, async () => {
  const sandbox = new Sandbox();
  const rigd = await startTestServer({ after: (end) => after(end as () => Promise<void>) });
  after(() => sandbox.remove());

  const rig = (argv: string[], options: RunOptions = {}) => sandbox.run([...argv, '-o', 'json'], options);
  const contexts = () =>
    JSON.parse(readFileSync(join(sandbox.home, 'contexts.json'), 'utf8')) as {
      current: string;
      contexts: { name: string; token?: string; ca?: string }[];
    };

  /** Starts a login that waits to be approved. */
  async function startLogin(argv: string[]): Promise<{ code: string; outcome: Promise<Outcome> }> {
    const started = sandbox.start(['login', ...argv, '-o', 'json']);
    let stderr = '';
    started.child.stderr?.on('data', (text: string) => (stderr += text));
    await started.said('Waiting for approval');
    return { code: /code ([A-Z]{4}-[A-Z]{4})/.exec(stderr)?.[1] ?? '', outcome: started.outcome };
  }

  /** Logs in by a code that "ann" approves. */
  async function logIn(argv: string[]): Promise<Outcome> {
    const { code, outcome } = await startLogin(argv);
    assert.equal((await rigd.send('POST', `/v1/logins/${code}/approve`)).status, 200);
    return await outcome;
  }

  test('by a code: the token is of who approved it, private, listed nowhere, and the context is current', async () => {
    const outcome = await logIn([rigd.url]);
    const document = json<{ context: { name: string }; user: string; credentials: string }>(outcome);
    assert.deepEqual(
      [document.context.name, document.user, document.credentials],
      ['host-127-0-0-1', 'ann', 'file'],
    );
    const { current, contexts: kept } = contexts();
    assert.equal(current, 'host-127-0-0-1');
    assert.equal(statSync(join(sandbox.home, 'contexts.json')).mode & 0o777, 0o600);
    const token = kept[0]?.token ?? '';
    assert.match(token, /^rig_/);
    assert.ok(!(outcome.stdout + outcome.stderr).includes(token));
    const whoami = json<{ token: { name: string }; context: string }>(await rig(['whoami']));
    assert.match(whoami.token.name, /^rig login on /);
  });

  test('again to the same platform keeps the name; a name that leads elsewhere is refused before anybody is asked', async () => {
    assert.equal(json<{ context: { name: string } }>(await logIn([])).context.name, 'host-127-0-0-1');
    assert.equal(contexts().contexts.length, 1);
    const add = ['context', 'add', 'taken', '--url', 'https://rig.example.com', '--token', '-'];
    await rig(add, { stdin: 'x' });
    const refused = await rig(['login', rigd.url, '--name', 'taken']);
    assert.deepEqual([refused.code, json<Failure>(refused).error.code], [7, 'context_exists']);
    assert.doesNotMatch(refused.stderr, /code/);
  });

  test('with a token from stdin, which is checked before it is saved', async () => {
    const good = await rig(['login', rigd.url, '--token', '-', '--name', 'by-token'], {
      stdin: `${TEST_TOKEN}\n`,
    });
    assert.equal(json<{ context: { name: string } }>(good).context.name, 'by-token');
    const before = contexts();
    const bad = await rig(['login', rigd.url, '--token', '-'], { stdin: 'rig_wrong' });
    assert.deepEqual([bad.code, json<Failure>(bad).error.code], [4, 'not_authenticated']);
    assert.deepEqual(contexts(), before);
    const typed = await rig(['login', rigd.url, '--token', TEST_TOKEN]);
    assert.deepEqual([typed.code, (typed.stdout + typed.stderr).includes(TEST_TOKEN)], [2, false]);
    assert.ok(!readFileSync(join(sandbox.home, 'audit.jsonl'), 'utf8').includes(TEST_TOKEN));
  });

  test('in CI nobody is waited for, and without a platform there is nothing to log in to', async () => {
    const inCi = await rig(['login', rigd.url], { env: { CI: 'true' } });
    assert.deepEqual([inCi.code, json<Failure>(inCi).error.code], [2, 'usage']);
    assert.match(json<Failure>(inCi).error.hint, /--token -/);
    await rig(['context', 'use', 'embedded']);
    const nowhere = await rig(['login']);
    assert.deepEqual([nowhere.code, json<Failure>(nowhere).error.code], [2, 'usage']);
  });

  test('a refused login ends with 5', async () => {
    const { code, outcome } = await startLogin([rigd.url]);
    const deny = await rig(['--context', 'by-token', 'login', '--deny', code]);
    assert.deepEqual([deny.code, json<{ approved: boolean }>(deny).approved], [0, false]);
    const { code: exitCode, ...rest } = await outcome;
    assert.equal(exitCode, 5);
    assert.equal(json<Failure>({ code: exitCode, ...rest }).error.code, 'login_denied');
  });

  test('an approval is asked for, so without anybody there it takes --yes', async () => {
    const wrong = await rig(['--context', 'by-token', 'login', '--approve', 'BBBB-BBBB', '--yes']);
    assert.deepEqual([wrong.code, json<Failure>(wrong).error.code], [6, 'login_code_unknown']);
    const { code, outcome } = await startLogin([rigd.url]);
    const unasked = await rig(['--context', 'by-token', 'login', '--approve', code]);
    assert.deepEqual([unasked.code, json<Failure>(unasked).error.code], [2, 'confirmation_required']);
    assert.equal((await rig(['--context', 'by-token', 'login', '--approve', code, '--yes'])).code, 0);
    assert.equal((await outcome).code, 0);
  });

  test('a platform with an authority of its own: --ca is kept in the context, RIG_CA serves CI', async (t) => {
    const terminator = await terminateTls('valid', { socketPath: rigd.layout.rigdSocket });
    t.after(() => terminator.close());
    const url = `https://localhost:${terminator.port}`;
    const login = ['login', url, '--token', '-', '--name', 'secure'];
    const untrusted = await rig(login, { stdin: TEST_TOKEN });
    assert.deepEqual([untrusted.code, json<Failure>(untrusted).error.code], [8, 'certificate_untrusted']);
    const trusted = await rig([...login, '--ca', authorityFile], { stdin: TEST_TOKEN });
    assert.equal(trusted.code, 0, trusted.stdout);
    assert.equal((await rig(['whoami'])).code, 0);
    const env = { RIG_URL: url, RIG_TOKEN: TEST_TOKEN };
    assert.equal((await rig(['whoami'], { env })).code, 8);
    assert.equal((await rig(['whoami'], { env: { ...env, RIG_CA: authorityFile } })).code, 0);
    assert.equal((await rig(['whoami'], { env: { ...env, NODE_EXTRA_CA_CERTS: authorityFile } })).code, 0);
    const noPem = join(sandbox.folder, 'no.pem');
    writeFileSync(noPem, 'nothing');
    const unusable = await rig([...login, '--ca', noPem], { stdin: TEST_TOKEN });
    assert.deepEqual([unusable.code, json<Failure>(unusable).error.code], [3, 'config_unreadable']);
  });

  test('commands go through the proxy of the environment, and around it with NO_PROXY and on loopback', async (t) => {
    const proxy = await startProxy({ upstream: { socketPath: rigd.layout.rigdSocket } });
    t.after(() => proxy.close());
    const env = { RIG_URL: 'http://rig.test', RIG_TOKEN: TEST_TOKEN, HTTP_PROXY: `127.0.0.1:${proxy.port}` };
    assert.equal((await rig(['whoami'], { env })).code, 0);
    assert.deepEqual(proxy.seen, ['GET http://rig.test/v1/whoami']);
    const around = await rig(['whoami'], { env: { ...env, NO_PROXY: '.test' } });
    assert.deepEqual([around.code, json<Failure>(around).error.code], [8, 'unreachable']);
    assert.equal((await rig(['whoami'], { env: { ...env, RIG_URL: rigd.url } })).code, 0);
    assert.equal(proxy.seen.length, 1);
    const checks = json<{ checks: { name: string; message: string }[] }>(
      await rig(['doctor'], { env }),
    ).checks;
    assert.match(checks.find(({ name }) => name === 'proxy')?.message ?? '', /through http:\/\/127/);
    await proxy.close();
    assert.equal(json<Failure>(await rig(['whoami'], { env })).error.code, 'proxy_failed');
  });

  test('a keyring that does not answer holds nobody up: the token goes into the file', async (t) => {
    const address = join(sandbox.folder, 'bus');
    const silent = createServer(() => undefined).listen(address);
    t.after(() => silent.close());
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${address}`, RIG_CREDENTIAL_STORE: 'auto' };
    const login = ['login', rigd.url, '--token', '-', '--name', 'quiet'];
    const saved = json<{ credentials: string }>(await rig(login, { env, stdin: TEST_TOKEN }));
    assert.equal(saved.credentials, 'file');
    if (process.platform === 'linux') {
      const wanted = await rig([...login, '--store', 'keyring'], { env, stdin: TEST_TOKEN });
      assert.deepEqual(
        [wanted.code, json<Failure>(wanted).error.code],
        [4, 'keyring_unavailable'],
        wanted.stdout,
      );
    }
  });

  test('logout revokes the token and keeps the context; --all leaves no token behind', async () => {
    await rig(['context', 'use', 'host-127-0-0-1']);
    const token = contexts().contexts.find(({ name }) => name === 'host-127-0-0-1')?.token ?? '';
    const out = json<{ loggedOut: object[] }>(await rig(['logout']));
    assert.deepEqual(out.loggedOut, [{ context: 'host-127-0-0-1', revoked: true }]);
    const refused = await fetch(`${rigd.url}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(refused.status, 401);
    const afterwards = await rig(['whoami']);
    assert.deepEqual([afterwards.code, json<Failure>(afterwards).error.code], [4, 'not_authenticated']);
    assert.match(json<Failure>(afterwards).error.hint, /rig login http/);
    // Neither rig.example.com nor the terminator answers any more.
    const all = await rig(['logout', '--all']);
    assert.equal(all.code, 8, all.stdout);
    assert.match(json<Failure>(all).error.message, /Removed the token of .*but could not revoke it/);
    assert.ok(contexts().contexts.every((context) => context.token === undefined));
    assert.deepEqual(json<{ loggedOut: object[] }>(await rig(['logout', '--all'])).loggedOut, []);
  });

  test('api sends what was typed, follows pages, and ends as the platform says', async () => {
    const env = { RIG_URL: rigd.url, RIG_TOKEN: TEST_TOKEN };
    const created = await sandbox.run(['api', 'post', 'apps', '-f', 'name=one'], { env });
    assert.deepEqual([created.code, json<{ name: string }>(created).name], [0, 'one']);
    await sandbox.run(['api', 'POST', '/v1/apps', '--input', '-'], { env, stdin: '{"name":"two"}' });
    const paged = await rig(['api', 'GET', '/v1/apps', '-F', 'limit=1', '--paginate'], { env });
    const { apps, nextCursor } = json<{ apps: { name: string }[]; nextCursor: null }>(paged);
    assert.deepEqual([apps.map(({ name }) => name), nextCursor], [['one', 'two'], null]);
    const missing = await sandbox.run(['api', 'GET', 'apps/nope'], { env });
    assert.deepEqual([missing.code, missing.stdout], [6, '']);
    assert.match(missing.stderr, /app_not_found/);
    const raw = await sandbox.run(['api', 'GET', '/v1/apps/one'], { env: { ...env, RIG_OUTPUT: 'json' } });
    assert.match(raw.stdout, /^\{"name":"one"|^\{.*"name":"one"/);
    for (const argv of [
      ['api', 'GET', 'apps', '-H', 'Authorization: Bearer x'],
      ['api', 'FETCH', 'apps'],
      ['api', 'GET', 'apps', '-f', 'novalue'],
      ['api', 'POST', 'apps', '--paginate'],
    ]) {
      assert.equal((await rig(argv, { env })).code, 2, argv.join(' '));
    }
  });
});
