import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { NAME_PATTERN } from '@rig-ops/contract/resources';
import { addContext, loadContexts, removeContext, resolveTarget, useContext } from './contexts.ts';
import { makeFolder } from './testing/temporary-folder.ts';

const code = (expected: string) => (error: unknown) => isRigError(error) && error.code === expected;
const production = { name: 'production', url: 'https://rig.example.com/', token: 's3cret' };

test('without a file there is the embedded context', async (t) => {
  const rigHome = await makeFolder(t);
  assert.deepEqual(await loadContexts(rigHome), [
    {
      name: 'embedded',
      kind: 'embedded',
      url: null,
      current: true,
      credentials: 'platform',
      user: null,
      expiresAt: null,
    },
  ]);
  assert.deepEqual(await resolveTarget({ rigHome, env: {}, context: undefined }), { kind: 'embedded' });
});

test('a context is added, used and removed; its file is private and keeps nothing else behind', async (t) => {
  const rigHome = join(await makeFolder(t), 'not', 'yet');
  await addContext(rigHome, production);
  assert.deepEqual((await loadContexts(rigHome)).at(-1), {
    name: 'production',
    kind: 'remote',
    url: 'https://rig.example.com',
    current: false,
    credentials: 'file',
    user: null,
    expiresAt: null,
  });
  await useContext(rigHome, 'production');
  const target = {
    name: 'production',
    url: 'https://rig.example.com',
    token: 's3cret',
    credentials: 'file',
  };
  assert.deepEqual(await resolveTarget({ rigHome, env: {}, context: undefined }), { kind: 'remote', target });
  assert.equal((await stat(join(rigHome, 'contexts.json'))).mode & 0o777, 0o600);
  assert.equal((await stat(rigHome)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(rigHome), ['contexts.json']);
  await removeContext(rigHome, 'production');
  assert.equal((await loadContexts(rigHome)).find(({ current }) => current)?.name, 'embedded');
});

test('names are unique and follow the rule', async (t) => {
  const rigHome = await makeFolder(t);
  await addContext(rigHome, production);
  await assert.rejects(addContext(rigHome, production), code('context_exists'));
  await assert.rejects(addContext(rigHome, { ...production, name: 'embedded' }), code('context_exists'));
  for (const name of ['', 'Big', '1st', 'a_b', '-a', 'a-', 'a'.repeat(41)]) {
    assert.ok(!new RegExp(NAME_PATTERN).test(name));
    await assert.rejects(addContext(rigHome, { ...production, name }), code('invalid_name'), name);
  }
  for (const name of ['a', 'a1', 'b-2-c', 'a'.repeat(40)]) {
    assert.ok(new RegExp(NAME_PATTERN).test(name));
    await addContext(rigHome, { ...production, name });
  }
  await assert.rejects(useContext(rigHome, 'nope'), code('context_not_found'));
  await assert.rejects(removeContext(rigHome, 'nope'), code('context_not_found'));
  await assert.rejects(removeContext(rigHome, 'embedded'), code('invalid_input'));
});

test('a wrong URL or token is refused, and the token is not repeated', async (t) => {
  const rigHome = await makeFolder(t);
  await assert.rejects(addContext(rigHome, { ...production, url: 'rig.example.com' }), code('invalid_input'));
  await assert.rejects(addContext(rigHome, { ...production, token: '' }), code('invalid_input'));
  await assert.rejects(
    addContext(rigHome, { ...production, token: 'two words' }),
    (error) => isRigError(error) && error.code === 'invalid_input' && !error.message.includes('two words'),
  );
});

test('contexts added at once are all kept', async (t) => {
  const rigHome = await makeFolder(t);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(names.map((name) => addContext(rigHome, { ...production, name })));
  const kept = (await loadContexts(rigHome)).map(({ name }) => name);
  assert.deepEqual(kept.toSorted(), [...names, 'embedded'].toSorted());
});

test('a file that is not right is named and left as it is', async (t) => {
  const rigHome = await makeFolder(t);
  const path = join(rigHome, 'contexts.json');
  const broken = [
    '{',
    'null',
    '{"current":"embedded"}',
    '{"current":"embedded","contexts":[{"name":"a","token":"t"}]}',
    '{"current":"embedded","contexts":[{"name":"a","url":"https://h","token":1}]}',
    '{"current":"embedded","contexts":[{"name":"a","url":"nowhere","token":"t"}]}',
    '{"current":"a","contexts":[{"name":"a","url":"https://h","token":"t"},{"name":"a","url":"https://h","token":"t"}]}',
  ];
  for (const text of broken) {
    await writeFile(path, text);
    await assert.rejects(
      loadContexts(rigHome),
      (error) => isRigError(error) && error.code === 'config_unreadable' && error.message.includes(path),
      text,
    );
    await assert.rejects(addContext(rigHome, production), code('config_unreadable'));
    assert.equal(await readFile(path, 'utf8'), text);
  }
});

test('a folder that cannot be used is said so', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'file');
  await writeFile(file, '');
  await assert.rejects(addContext(file, production), code('config_unreadable'));
  const closed = join(folder, 'closed');
  await mkdir(closed);
  await chmod(closed, 0o500);
  // Root may write everywhere.
  if (process.getuid?.() !== 0)
    await assert.rejects(addContext(closed, production), code('config_unreadable'));
});

test('RIG_URL with RIG_TOKEN wins over a context asked for, which wins over RIG_CONTEXT and the current one', async (t) => {
  const rigHome = await makeFolder(t);
  for (const name of ['asked', 'exported', 'current']) await addContext(rigHome, { ...production, name });
  await useContext(rigHome, 'current');
  const nameOf = async (env: Record<string, string>, context?: string) => {
    const resolved = await resolveTarget({ rigHome, env, context });
    return resolved.kind === 'remote' ? resolved.target.name : resolved.kind;
  };
  const given = { RIG_URL: 'https://ci.example.com', RIG_TOKEN: 't' };
  assert.equal(await nameOf({ ...given, RIG_CONTEXT: 'exported' }, 'asked'), 'RIG_URL');
  assert.equal(await nameOf({ RIG_CONTEXT: 'exported' }, 'asked'), 'asked');
  assert.equal(await nameOf({ RIG_CONTEXT: 'exported' }), 'exported');
  assert.equal(await nameOf({ RIG_CONTEXT: '', RIG_URL: '', RIG_TOKEN: '' }), 'current');
  assert.equal(await nameOf({}, 'embedded'), 'embedded');
  await assert.rejects(nameOf({ RIG_CONTEXT: 'gone' }), code('context_not_found'));
});

test('half of RIG_URL and RIG_TOKEN, or a wrong one, is refused', async (t) => {
  const rigHome = await makeFolder(t);
  const resolve = (env: Record<string, string>) => resolveTarget({ rigHome, env, context: undefined });
  await assert.rejects(resolve({ RIG_URL: 'https://h' }), code('not_authenticated'));
  await assert.rejects(resolve({ RIG_TOKEN: 't' }), code('not_authenticated'));
  await assert.rejects(resolve({ RIG_URL: 'h:1', RIG_TOKEN: 't' }), code('invalid_input'));
  await assert.rejects(resolve({ RIG_URL: 'https://h', RIG_TOKEN: 'a\nb' }), code('invalid_input'));
});
