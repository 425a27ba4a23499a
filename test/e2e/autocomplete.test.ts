import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CompletingUser } from '../support/completing-user.ts';
import { processesOf, until } from '../support/rig.ts';

const user = new CompletingUser();
before(async () => {
  await user.linkOddPlugin();
});
after(() => user.close());

/** Names come from a cache that is brought up to date in the background: Tab may have to be pressed again. */
const offers = (line: string, expected: string[]) =>
  until(`${line} to offer ${expected.join(' ')}`, () => {
    const offered = user.bash(line);
    return expected.every((word) => offered.includes(word)) ? offered : null;
  });

test('commands, flags and values are offered, those of a linked plugin too', () => {
  assert.ok(user.bash('rig ').includes('odd'));
  assert.deepEqual(user.bash('rig odd '), ['pick']);
  assert.deepEqual(user.bash('rig context l'), ['list']);
  assert.deepEqual(user.bash('rig platform logs --pa'), ['--part']);
  assert.deepEqual(user.bash('rig platform logs --part r'), ['rigd']);
  assert.deepEqual(user.bash('rig platform logs --part=r'), ['rigd']);
  assert.deepEqual(user.bash('rig odd pick --one '), ["it\\'s", 'a\\ b', 'x:y:z', '\\$HOME', 'ünï']);
  assert.deepEqual(user.bash('rig odd pick --one "a'), ['a b']);
  assert.deepEqual(user.bash('rig odd pick --one x:y'), ['y:z']);
  assert.deepEqual(user.bash('rig nonsense '), []);
});

test('completing starts no platform, waits for none, and says nothing of what fails', async () => {
  assert.deepEqual(user.bash('rig apps info '), []);
  const claim = join(user.home, 'cache', 'completion', 'context-embedded.refreshing');
  assert.ok(existsSync(claim), 'nothing was begun in the background');
  await until('the refresh to end', () => processesOf(user.home).length === 0);
  assert.equal(existsSync(join(user.home, 'platform', 'platform.json')), false);
  const { code, stdout, stderr } = await user.run(['__complete', 'bash', 'rig apps info ', ' =:'], {
    env: { RIG_HOME: '/dev/null/nowhere' },
  });
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
});

test('names of apps, releases, instances and networks come from the platform', async () => {
  user.source('shop', {
    'server.js': "require('http').createServer((q, s) => s.end('hi')).listen(process.env.PORT);\n",
    Procfile: 'web: node server.js\n',
  });
  await user.json(['deploy', 'shop', '--app', 'shop', '--yes']);
  await offers('rig apps info ', ['shop']);
  assert.deepEqual(user.bash('rig apps info s'), ['shop']);
  assert.deepEqual(user.bash('rig odd pick x'), []);
  assert.deepEqual(user.bash('rig odd pick '), ['shop']);
  await offers('rig rollback --app shop ', ['v1']);
  await offers('rig rollback --app=shop v', ['v1']);
  await offers('rig rollback shop ', ['v1']);
  await user.json(['releases', 'tag', 'shop', 'v1', 'stable']);
  await offers('rig rollback shop --to ', ['stable', 'v1']);
  assert.match(user.bash('rig deploy --app shop --attach ').join(' '), /^latest dep_\w+$/);
  await offers('rig command shop --instance ', ['web.1']);
  await offers('rig odd pick --network ', ['default']);
  await user.json(['apps', 'create', 'blog']);
  await offers('rig apps info ', ['blog', 'shop']);
});

test('names of contexts come from the file of contexts', async () => {
  const args = ['context', 'add', 'far', '--url', 'https://rig.example.com', '--token', '-', '-o', 'json'];
  const added = await user.run(args, { stdin: 'rig_token' });
  assert.equal(added.code, 0, added.stdout + added.stderr);
  assert.deepEqual(user.bash('rig context use '), ['embedded', 'far']);
  assert.deepEqual(user.bash('rig status --context=f'), ['far']);
});

test('a plugin that goes takes its commands along', async () => {
  await user.json(['plugins', 'unlink', 'plugin-odd']);
  await until('odd to be gone', () => user.bash('rig odd ').length === 0);
});

test('a cache that is damaged is made anew', async () => {
  // What refreshes it in the background may write into it at this moment.
  await until('it to be gone', () => {
    rmSync(join(user.home, 'cache', 'completion'), { recursive: true, force: true });
    return true;
  });
  const { code } = await user.run(['__complete', 'bash', 'rig ', ' ']);
  assert.equal(code, 0);
  await until('the index to be back', () => existsSync(join(user.home, 'cache', 'completion', 'index.json')));
});
