import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { collect, User } from '../support/rig.ts';

let user: User;
let repository: string;
/** Where rig unpacks; it has to be empty after every command. */
let temporary: string;
let env: Record<string, string>;

const git = (...args: string[]): string => {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', [...who, ...args], { cwd: repository, encoding: 'utf8', stdio: 'pipe' }).trim();
};

before(async () => {
  user = new User();
  temporary = join(user.folder, 'tmp');
  mkdirSync(temporary);
  env = { TMPDIR: temporary };
  await user.json(['platform', 'start']);
  repository = join(user.sources, 'team');
  mkdirSync(join(repository, 'services'), { recursive: true });
  cpSync(user.example('hello-node'), join(repository, 'services', 'shop'), { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'A first shop');
  git('tag', 'v1');
});
after(() => user.close());

interface Deployed {
  app: string;
  url: string;
  release: {
    version: number;
    source: {
      kind: string;
      from: string | null;
      root: string;
      git: { commit: string; dirty: boolean; subject: string } | null;
    };
  };
}

test('a folder, a commit, an address and an archive end as the same app, each with where it comes from', async () => {
  const commit = git('rev-parse', 'HEAD');
  writeFileSync(join(repository, 'services/shop/new.txt'), 'not committed');
  const archive = spawnSync('git', ['archive', '--format=tar.gz', '--prefix=team-1/', 'HEAD'], {
    cwd: repository,
  }).stdout;
  writeFileSync(join(user.folder, 'team.tgz'), archive);
  const flags = ['--path', 'services/shop', '--app', 'shop', '--yes'];
  const sources = [];
  for (const [args, stdin] of [
    [[repository]],
    [[repository, '--ref', 'v1']],
    [['--from', `file://${repository}#v1`]],
    [['--from', join(user.folder, 'team.tgz')]],
    [['--from', '-'], archive],
  ] as const) {
    const { release, url } = await user.json<Deployed>(['deploy', ...args, ...flags], {
      env,
      ...(stdin && { stdin }),
    });
    assert.match(await (await fetch(url)).text(), /Hello from rig/);
    const { from, git: state, kind, root } = release.source;
    assert.equal(root, 'services/shop');
    sources.push([kind, from, state?.commit ?? null, state?.dirty ?? null]);
    assert.deepEqual(readdirSync(temporary), []);
  }
  assert.deepEqual(sources, [
    ['folder', null, commit, true],
    ['git', null, commit, false],
    ['git', `file://${repository}`, commit, false],
    ['archive', 'team.tgz', null, null],
    ['archive', '-', null, null],
  ]);
  const shown = await user.run(['releases', 'info', 'v2', '--app', 'shop']);
  assert.match(shown.stdout, new RegExp(`Commit +${commit.slice(0, 12)} \\(v1\\): A first shop`));
});

test('what builds explain says is what a deploy does', async () => {
  const args = [repository, '--path', 'services/shop'];
  const { plan } = await user.json<{
    plan: { detector: string; processes: { name: string; command: string[] }[] };
  }>(['builds', 'explain', ...args, '--app', 'shop']);
  const { release } = await user.json<{
    release: { detector: string; processes: { name: string; command: string[] }[] };
  }>(['deploy', ...args, '--app', 'shop']);
  assert.equal(plan.detector, release.detector);
  assert.deepEqual(
    plan.processes.map(({ command }) => command),
    release.processes.map(({ command }) => command),
  );
  const nothing = user.source('nothing', { 'main.c': '' });
  const unknown = await user.run(['builds', 'explain', nothing, '-o', 'json']);
  assert.equal(unknown.code, 3);
  assert.equal(
    (JSON.parse(unknown.stdout) as { failure: { code: string } }).failure.code,
    'nothing_detected',
  );
});

test('an interrupted fetch leaves no file and no git behind, and its password nowhere', async () => {
  const asked = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const server = createServer((request) => {
    asked.resolve();
    request.socket.once('close', () => closed.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child = user.spawn(
    ['deploy', '--from', `http://ada:s3cret@127.0.0.1:${port}/shop.git`, '--app', 'shop'],
    { env },
  );
  const ended = collect(child);
  await asked.promise;
  assert.equal(readdirSync(temporary).length, 1);
  child.kill('SIGINT');
  const { code, stderr, stdout } = await ended;
  // Its end of the connection goes with the git that held it.
  await closed.promise;
  server.close();
  assert.equal(code, 130);
  assert.deepEqual(readdirSync(temporary), []);
  assert.doesNotMatch(stdout + stderr + readFileSync(join(user.home, 'audit.jsonl'), 'utf8'), /s3cret/);
});

test('wrong sources fail at once with their code, and create no app', async () => {
  writeFileSync(join(user.folder, 'text.zip'), 'no archive');
  await user.fails(['deploy', '--from', join(user.folder, 'text.zip'), '--yes'], 'archive_invalid', 3);
  await user.fails(['deploy', '--from', '-', '--app', 'new', '--yes'], 'archive_invalid', 3, { stdin: '' });
  await user.fails(['deploy', repository, '--ref', 'nope', '--yes'], 'git_ref_not_found', 6);
  await user.fails(['deploy', '--from', `file://${user.folder}/none.git`, '--yes'], 'git_fetch_failed', 3);
  await user.fails(['deploy', repository, '--path', '../..', '--yes'], 'usage', 2);
  const { apps } = await user.json<{ apps: { name: string }[] }>(['apps', 'list']);
  assert.deepEqual(
    apps.map(({ name }) => name),
    ['shop'],
  );
});
