import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { sketchPlugin } from '../support/plugin-package.ts';
import { Registry } from '../support/registry.ts';
import { collect, until, User } from '../support/rig.ts';

let registry: Registry;
let user: User;

before(async () => {
  registry = await Registry.start();
});
after(async () => await registry.close());
beforeEach(async () => {
  user = new User();
  await user.json(['plugins', 'install', write('rig-plugin-first', ['first'])], { env: registry.env });
});
afterEach(() => rmSync(user.folder, { recursive: true, force: true, maxRetries: 5 }));

function write(name: string, commands: string[], manifest: Record<string, unknown> = {}): string {
  const sketch = sketchPlugin({ name, version: '1.0.0', commands, manifest });
  return registry.write(sketch.manifest, sketch.files);
}

const plugins = () => join(user.home, 'plugins');
const lock = () => readFileSync(join(plugins(), 'rig-plugins.lock'), 'utf8');
const packages = () => readdirSync(join(plugins(), 'packages'));
const first = async () => assert.equal((await user.run(['first'])).stdout, 'rig-plugin-first 1.0.0 first\n');

/** A registry that takes requests and answers none: an install hangs in the middle. */
async function silence(work: (url: string, asked: () => boolean) => Promise<void>): Promise<void> {
  let asked = false;
  const server: Server = createServer(() => {
    asked = true;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, () => asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  test(`an install ended by ${signal} leaves the plugins as they were, and the next one tidies up`, async () => {
    const before = lock();
    // It has been fetched when its dependency is asked for.
    const source = write(`rig-plugin-${signal.toLowerCase()}`, ['never'], {
      dependencies: { 'any-thing': '1.0.0' },
    });
    await silence(async (url, asked) => {
      const child = user.spawn(['plugins', 'install', source, '-o', 'json'], {
        env: { ...registry.env, npm_config_registry: url },
      });
      const ended = collect(child);
      await until('npm asks for the dependency', asked);
      assert.ok(packages().some((name) => name.startsWith('new-')));
      child.kill(signal);
      const { code, stdout } = await ended;
      if (signal === 'SIGKILL') return;
      assert.equal(code, signal === 'SIGINT' ? 130 : 143);
      assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'interrupted');
      assert.deepEqual(
        packages().filter((name) => name.startsWith('new-')),
        [],
      );
    });
    assert.equal(lock(), before);
    await first();
    assert.equal((await user.run(['never'])).code, 2);
    await user.json(['plugins', 'install', write('rig-plugin-second', ['second'])], { env: registry.env });
    assert.deepEqual(
      packages().map((name) => name.replace(/-1\.0\.0-.*/, '')),
      ['rig-plugin-first', 'rig-plugin-second'],
    );
  });
}

test('what a kill leaves between the two files is repaired by the next command', async () => {
  // As after a kill right behind the step that counts: the lock is new, what oclif reads is old.
  const view = readFileSync(join(plugins(), 'package.json'), 'utf8');
  const verdict = readFileSync(join(plugins(), 'verdict.json'), 'utf8');
  await user.json(['plugins', 'install', write('rig-plugin-late', ['late'])], { env: registry.env });
  const { writeFileSync } = process.getBuiltinModule('node:fs');
  writeFileSync(join(plugins(), 'package.json'), view);
  writeFileSync(join(plugins(), 'verdict.json'), verdict);
  assert.equal((await user.run(['late'])).stdout, 'rig-plugin-late 1.0.0 late\n');
});

test('two installs at once are done one after the other, and a command goes to one of them alone', async () => {
  const names = ['rig-plugin-p', 'rig-plugin-q', 'rig-plugin-r'];
  const both = write('rig-plugin-s', ['p']);
  const sources = [...names.map((name) => write(name, [name.slice(-1)])), both];
  const outcomes = await Promise.all(
    sources.map(
      async (source) => await user.run(['plugins', 'install', source, '-o', 'json'], { env: registry.env }),
    ),
  );
  const codes = outcomes.map(({ code }) => code);
  // p and s want the same command: whichever came first has it.
  assert.deepEqual([codes[1], codes[2], new Set([codes[0], codes[3]])], [0, 0, new Set([0, 7])]);
  const listed = Object.keys((JSON.parse(lock()) as { plugins: object }).plugins);
  assert.equal(listed.length, 4, listed.join());
  await first();
});

test('the folder of the state may be moved', async () => {
  const moved = `${user.home}-moved`;
  renameSync(user.home, moved);
  const outcome = await user.run(['first'], { env: { RIG_HOME: moved } });
  assert.equal(outcome.stdout, 'rig-plugin-first 1.0.0 first\n', outcome.stderr);
  assert.equal(existsSync(user.home), false);
  rmSync(moved, { recursive: true });
});
