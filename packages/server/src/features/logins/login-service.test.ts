import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { FailureLimiter } from '../../http/failure-limiter.ts';
import { openDatabase } from '../../store/database.ts';
import { AccessChanges } from '../access/access-changes.ts';
import type { Caller } from '../access/caller.ts';
import { SqlTokenStore } from '../access/sql-token-store.ts';
import { SqlUserStore } from '../access/sql-user-store.ts';
import { TokenIssuer } from '../access/token-issuer.ts';
import { LoginService } from './login-service.ts';
import { SqlLoginStore } from './sql-login-store.ts';

const START = Date.parse('2026-05-06T07:08:09.000Z');

async function makeService(t: TestContext) {
  const db = await openDatabase(':memory:');
  t.after(() => db.destroy());
  let now = START;
  const clock = { now: () => new Date(now) };
  const users = new SqlUserStore(db);
  const tokens = new SqlTokenStore(db);
  const createdAt = clock.now().toISOString();
  const ann = {
    id: 'usr_ann',
    name: 'ann',
    kind: 'user' as const,
    createdAt,
    createdBy: 'ann',
    disabledAt: null,
  };
  await users.create(ann);
  const issuer = new TokenIssuer({ tokens, changes: new AccessChanges(), clock });
  const logins = new SqlLoginStore(db);
  const wrongCodes = new FailureLimiter(() => now);
  const service = new LoginService({ logins, users, issuer, wrongCodes, clock });
  const caller: Caller = {
    userId: 'usr_ann',
    user: 'ann',
    kind: 'user',
    owner: false,
    grants: [],
    token: { id: 'tok_1', name: 'laptop', expiresAt: null },
  };
  const request = (client = '10.0.0.7') => service.request({ deviceName: 'workshop', client });
  const pass = (ms: number) => (now += ms);
  return { service, users, tokens, caller, request, pass };
}

const code = (expected: string) => (error: unknown) => isRigError(error) && error.code === expected;

test('a login is approved by its code, however it is typed, and its token is issued once', async (t) => {
  const { service, tokens, caller, request, pass } = await makeService(t);
  const { deviceCode, userCode, expiresIn } = await request();
  assert.match(userCode, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  assert.equal(expiresIn, 600);
  assert.equal((await service.poll(deviceCode)).state, 'pending');
  const typed = ` ${userCode.toLowerCase().replace('-', ' ')}`;
  const { deviceName } = await service.decide('approved', { code: typed, caller, client: 'x' });
  assert.equal(deviceName, 'workshop');
  pass(2000);
  // Two that ask at once, as a client that repeats a request whose answer was lost.
  const answers = await Promise.all([service.poll(deviceCode), service.poll(deviceCode)]);
  const issued = answers.filter(({ state }) => state === 'issued');
  assert.equal(issued.length, 1);
  pass(10_000);
  assert.equal((await service.poll(deviceCode)).state, 'unknown');
  const [token] = await tokens.listOf('usr_ann');
  assert.deepEqual([token?.name, token?.createdBy], ['rig login on workshop', 'ann']);
  assert.equal(Date.parse(token?.expiresAt ?? '') - START, 2000 + 90 * 24 * 3_600_000);
});

test('a code is good for one decision and for ten minutes', async (t) => {
  const { service, caller, request, pass } = await makeService(t);
  const denied = await request();
  await service.decide('denied', { code: denied.userCode, caller, client: 'x' });
  await assert.rejects(
    service.decide('approved', { code: denied.userCode, caller, client: 'x' }),
    code('login_code_unknown'),
  );
  assert.equal((await service.poll(denied.deviceCode)).state, 'denied');
  const late = await request();
  pass(600_000);
  await assert.rejects(service.find(late.userCode, 'x'), code('login_code_unknown'));
  assert.equal((await service.poll(late.deviceCode)).state, 'expired');
  pass(3_600_001);
  await request();
  assert.equal((await service.poll(late.deviceCode)).state, 'unknown');
});

test('wrong codes are counted by where they come from, and a right one is no failure', async (t) => {
  const { service, request, pass } = await makeService(t);
  const { userCode } = await request();
  for (let time = 0; time < 10; time += 1) {
    await assert.rejects(service.find('BBBB-BBBB', 'usr_eve'), code('login_code_unknown'));
  }
  await assert.rejects(service.find('BBBB-BBBB', 'usr_eve'), code('login_attempts_exceeded'));
  await assert.rejects(service.find('BBBB-BBBB', 'usr_bob'), code('login_code_unknown'));
  assert.equal((await service.find(userCode, 'usr_bob')).deviceName, 'workshop');
  pass(60_000);
  await assert.rejects(service.find('BBBB-BBBB', 'usr_eve'), code('login_code_unknown'));
});

test('strangers cannot fill the table: so many wait per address, and so many in all', async (t) => {
  const { request, pass } = await makeService(t);
  for (let time = 0; time < 20; time += 1) await request('10.0.0.1');
  await assert.rejects(request('10.0.0.1'), code('login_attempts_exceeded'));
  for (let host = 2; host <= 10; host += 1) {
    for (let time = 0; time < 20; time += 1) await request(`10.0.0.${host}`);
  }
  await assert.rejects(request('10.0.0.99'), code('login_attempts_exceeded'));
  pass(600_000);
  await request('10.0.0.1');
});

test('who asks too often is slowed down for good', async (t) => {
  const { service, request, pass } = await makeService(t);
  const { deviceCode, interval } = await request();
  await service.poll(deviceCode);
  pass(interval * 1000 - 1000);
  assert.equal((await service.poll(deviceCode)).state, 'slow_down');
  pass(interval * 1000);
  assert.equal((await service.poll(deviceCode)).state, 'slow_down');
  pass((interval + 10) * 1000);
  assert.equal((await service.poll(deviceCode)).state, 'pending');
});

test('a service account approves nothing, and a user disabled meanwhile lets nobody in', async (t) => {
  const { service, users, caller, request, pass } = await makeService(t);
  const { deviceCode, userCode } = await request();
  const robot: Caller = { ...caller, kind: 'service' };
  await assert.rejects(
    service.decide('approved', { code: userCode, caller: robot, client: 'x' }),
    code('not_permitted'),
  );
  await service.decide('approved', { code: userCode, caller, client: 'x' });
  await users.setDisabled('usr_ann', new Date(START).toISOString());
  pass(2000);
  assert.equal((await service.poll(deviceCode)).state, 'denied');
});

test('what a machine calls itself is shown to people: no control characters, and not without end', async (t) => {
  const { service } = await makeService(t);
  const named = async (deviceName: string) => {
    const { userCode } = await service.request({ deviceName, client: 'c' });
    return (await service.find(userCode, 'x')).deviceName;
  };
  assert.equal(await named('\u001b[31mlaptop\r\n\u202eevil'), '[31mlaptopevil');
  assert.equal((await named('x'.repeat(500))).length, 80);
  assert.equal(await named('\u0000'), 'a machine without a name');
});
