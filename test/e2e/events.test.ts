import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { until, User } from '../support/rig.ts';

interface EventRecord {
  type: string;
  id: number;
  app: string | null;
  kind: string;
}

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

const read = async (...args: string[]): Promise<EventRecord[]> => {
  const { code, stdout } = await user.run(['events', ...args, '-o', 'json']);
  assert.equal(code, 0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EventRecord);
};

test('every event is told once, over a restart of rigd, and a number goes on behind it', async () => {
  await user.json(['apps', 'create', 'shop']);
  const follower = user.spawn(['events', '--after', '0', '-f', '-o', 'json']);
  const seen: EventRecord[] = [];
  if (follower.stdout === null) throw new Error('It has a stdout');
  createInterface({ input: follower.stdout }).on('line', (line) =>
    seen.push(JSON.parse(line) as EventRecord),
  );
  const has = (kind: string, app: string) => seen.some((event) => event.kind === kind && event.app === app);
  await until('the first events', () => has('app.created', 'shop'));

  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
  await user.json(['apps', 'create', 'blog']);
  await user.json(['apps', 'destroy', 'shop', '--yes']);
  await until(
    'the events behind the restart',
    () => has('app.destroyed', 'shop') && has('app.created', 'blog'),
  );
  follower.kill('SIGINT');
  await once(follower, 'exit');
  const ids = seen.filter(({ type }) => type === 'event').map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.map((_, index) => (ids[0] ?? 0) + index),
  );

  const [last] = await read('-n', '1');
  assert.deepEqual([last?.kind, last?.app], ['app.destroyed', 'shop']);
  const behind = await read('--after', String(ids[0]));
  assert.deepEqual(
    behind.filter(({ type }) => type === 'event').map(({ id }) => id),
    ids.slice(1),
  );
  assert.deepEqual(
    (await read('--after', '999999')).map(({ type }) => type),
    ['end'],
  );
});

test('access, configuration, users and sessions are told, with who did it and without a secret', async () => {
  await user.json(['apps', 'create', 'told']);
  await user.json(['users', 'create', 'bob']);
  await user.json(['access', 'grant', 'bob', 'viewer', 'app/told']);
  await user.json(['access', 'revoke', 'bob', 'viewer', 'app/told']);
  await user.run(['config', 'set', 'PLAIN=sesame', '--app', 'told', '-o', 'json']);
  await user.json(['users', 'disable', 'bob']);
  const wanted = ['user.created', 'access.granted', 'access.revoked', 'config.changed', 'user.disabled'];
  const kinds = async () => (await read('--kind', wanted.join(','))).map(({ kind }) => kind);
  let told: string[] = [];
  await until('all of it is told', async () => {
    told = await kinds();
    return told.length > wanted.length;
  });
  assert.deepEqual(told.slice(0, -1), wanted);
  const { stdout } = await user.run(['events', 'told', '-o', 'json']);
  assert.match(stdout, /"keys":\["PLAIN"\]/);
  assert.doesNotMatch(stdout, /sesame/);
  assert.match(stdout, /"role":"viewer"/);
});

test('an app and kinds choose', async () => {
  const kinds = (await read('blog')).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['app.created', undefined]);
  assert.ok(
    (await read('--kind', 'platform.*')).every(
      ({ kind, type }) => type === 'end' || kind === 'platform.started',
    ),
  );
  await user.fails(['events', 'nobody'], 'app_not_found', 6);
  await user.fails(['events', '--after', '1', '-n', '3'], 'usage', 2);
});
