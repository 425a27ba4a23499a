import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Build, Deploy } from '@rig-ops/contract/resources';
import { slowApp, waitForBuild } from '../support/builds.ts';
import { collect, until, User } from '../support/rig.ts';

interface DeployResult {
  deploy: Deploy;
  build: { id: string; reused: boolean; installFromCache: boolean };
}

const server = `require('http').createServer((q, s) => s.end(require('greeting'))).listen(process.env.PORT)`;
/** Installed without a registry: its one dependency is a folder of its own. */
const installed = {
  'package.json': JSON.stringify({
    name: 'site',
    scripts: { build: 'node -p "require(\'greeting\')" > built.txt', start: 'node server.js' },
    dependencies: { greeting: 'file:greeting' },
  }),
  'package-lock.json': JSON.stringify({
    name: 'site',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'site', dependencies: { greeting: 'file:greeting' } },
      greeting: { version: '1.0.0' },
      'node_modules/greeting': { resolved: 'greeting', link: true },
    },
  }),
  'greeting/package.json': '{"name":"greeting","version":"1.0.0","main":"index.js"}',
  'greeting/index.js': 'module.exports = "hello";',
  'server.js': server,
};

const user = new User();
after(() => user.close());
const log = async (build: string) => (await user.run(['logs', 'build', build])).stdout;
const deploy = async (folder: string, app: string, ...flags: string[]) =>
  await user.json<DeployResult>(['deploy', folder, '--app', app, '--yes', ...flags]);

describe('a second build', () => {
  it('takes the artifact of the same source, or the install of the same lockfile', async () => {
    user.source('site', installed);
    const first = await deploy('site', 'site');
    assert.deepEqual([first.build.reused, first.build.installFromCache], [false, false]);
    assert.equal((await deploy('site', 'site')).build.reused, true);
    user.source('site', { ...installed, 'server.js': `${server} // changed` });
    const second = await deploy('site', 'site');
    assert.deepEqual([second.build.reused, second.build.installFromCache], [false, true]);
    const told = await log(second.build.id);
    assert.match(told, /install: from the cache, in place of npm ci/);
    assert.doesNotMatch(told, /^npm ci: npm ci$/m);
    assert.match(told, /step install succeeded after/);
    assert.doesNotMatch(told, /Unknown env config/);
    // Another lockfile, another install; and one that is told to take nothing takes nothing.
    user.source('site', {
      ...installed,
      'package-lock.json': installed['package-lock.json'].replace('"requires":true', '"requires":false'),
    });
    assert.equal((await deploy('site', 'site')).build.installFromCache, false);
    const anew = await deploy('site', 'site', '--no-cache');
    assert.deepEqual([anew.build.reused, anew.build.installFromCache], [false, false]);
    const rebuilt = await deploy('site', 'site', '--rebuild');
    assert.deepEqual([rebuilt.build.reused, rebuilt.build.installFromCache], [false, true]);
    const { stdout } = await user.run(['builds', 'info', rebuilt.build.id]);
    assert.match(stdout, /from the cache/);
    // Another app has nothing of it.
    user.source('site', installed);
    const other = await deploy('site', 'other');
    assert.deepEqual([other.build.reused, other.build.installFromCache], [false, false]);
  });

  it('is given nothing of a build that failed, and no build can spoil what is kept', async () => {
    const cacheOf = () => {
      const apps = join(user.home, 'platform', 'cache', 'apps');
      return readdirSync(apps).flatMap((app) =>
        ['entries', 'new'].flatMap((folder) => {
          const path = join(apps, app, folder);
          try {
            return readdirSync(path).map((name) => join(folder, name));
          } catch {
            return [];
          }
        }),
      );
    };
    const before = cacheOf();
    const failing = {
      ...installed,
      'package-lock.json': installed['package-lock.json'].replace('"site"', '"sites"'),
      'package.json': installed['package.json'].replace('node -p', 'rm -rf node_modules && false && node -p'),
    };
    user.source('failing', failing);
    await user.fails(['deploy', 'failing', '--app', 'site'], 'build_failed', 10);
    assert.deepEqual(cacheOf(), before);
    user.source('site', { ...installed, 'server.js': `${server} // once more` });
    assert.equal((await deploy('site', 'site')).build.installFromCache, true);
  });
});

describe('a build that is interrupted', () => {
  it('ends with Ctrl-C of its deploy, and what is live stays', async () => {
    user.source('slow', slowApp);
    const child = user.spawn(['deploy', 'slow', '--app', 'site']);
    const ended = collect(child);
    const build = await waitForBuild(user, 'site', 'running');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /Cancelling the deploy\. Ctrl-C again leaves/);
    assert.match(stderr, /the deploy of site was cancelled, and what is live has not changed/);
    const { status } = await user.json<Build>(['builds', 'info', build]);
    assert.equal(status, 'cancelled');
    assert.equal((await user.json<{ status: string }>(['apps', 'info', 'site'])).status, 'running');
    const again = await user.fails(['builds', 'cancel', build], 'build_ended', 7);
    assert.match(again.message, /has ended/);
  });

  it('ends with SIGTERM the same, and with 12 where somebody else has cancelled it', async () => {
    const terminated = user.spawn(['deploy', 'slow', '--app', 'site', '-o', 'json']);
    const outcome = collect(terminated);
    await waitForBuild(user, 'site', 'running');
    terminated.kill('SIGTERM');
    const { code, stdout } = await outcome;
    assert.equal(code, 143);
    assert.match((JSON.parse(stdout) as { error: { message: string } }).error.message, /was cancelled/);
    const child = user.spawn(['deploy', 'slow', '--app', 'site']);
    const followed = collect(child);
    const build = await waitForBuild(user, 'site', 'running');
    const following = user.run(['logs', 'build', build, '-f']);
    await user.json(['builds', 'cancel', build]);
    const { code: theirs, stderr } = await followed;
    assert.equal(theirs, 12, stderr);
    assert.match(stderr, /cancelled by/);
    assert.equal((await following).code, 12);
  });

  it('is left to the platform by a second Ctrl-C, which ends the command at once', async () => {
    const child = user.spawn(['deploy', 'slow', '--app', 'site']);
    const ended = collect(child);
    const build = await waitForBuild(user, 'site', 'running');
    const { pid } = user.platformFile<{ pid: number }>('platform.json');
    const asked = new Promise<void>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Ctrl-C again leaves')) resolve();
      });
    });
    // A platform that takes its time: nothing answers until it goes on.
    process.kill(pid, 'SIGSTOP');
    try {
      child.kill('SIGINT');
      await asked;
      child.kill('SIGINT');
      const { code, signal } = await ended;
      assert.ok(code === 130 || signal === 'SIGINT', `ended with ${code ?? signal}`);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const { status } = await until('the build to end', async () => {
      const found = await user.json<Build>(['builds', 'info', build]);
      return found.status === 'running' ? null : found;
    });
    assert.equal(status, 'cancelled');
  });

  it('waits for its turn behind others, is shown there, and can be cancelled there', async () => {
    mkdirSync(join(user.home, 'platform'), { recursive: true });
    const limits = join(user.home, 'platform', 'build-limits.json');
    writeFileSync(limits, JSON.stringify({ concurrent: 1 }));
    const first = user.spawn(['deploy', 'slow', '--app', 'site']);
    const running = await waitForBuild(user, 'site', 'running');
    const second = user.spawn(['deploy', 'slow', '--app', 'other']);
    const told = collect(second);
    const waiting = await waitForBuild(user, 'other', 'pending');
    const following = user.run(['logs', 'build', waiting, '-f']);
    const { position } = await user.json<Build>(['builds', 'info', waiting]);
    assert.equal(position, 1);
    assert.match((await user.run(['builds', 'list', 'other'])).stdout, /waits, 1st in line/);
    await user.json(['builds', 'cancel', waiting]);
    const { code, stderr } = await told;
    assert.equal(code, 12, stderr);
    assert.match(stderr, /waits for its turn: 1st in line/);
    assert.equal((await following).code, 12);
    const gone = once(first, 'exit');
    await user.json(['builds', 'cancel', running]);
    await gone;
    writeFileSync(limits, '{"concurent": 1}');
    const wrong = await user.fails(['deploy', 'slow', '--app', 'site'], 'invalid_input', 3);
    assert.match(wrong.message, /build-limits\.json has concurent, which is not one of concurrent/);
    writeFileSync(limits, JSON.stringify({ outputMegabytes: 1 }));
    user.source('loud', {
      'rig.toml': '[build]\ncommand = "yes | head -c 9000000; sleep 60"\n[processes]\nweb = "true"\n',
    });
    const loud = await user.fails(['deploy', 'loud', '--app', 'site'], 'build_failed', 10);
    assert.match(loud.message, /printed more than 1 MiB/);
    assert.ok(readFileSync(limits, 'utf8').length > 0);
  });
});
