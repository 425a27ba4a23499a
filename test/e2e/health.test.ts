import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until, User } from '../support/rig.ts';

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

interface Deployed {
  url: string;
  release: { version: number };
}

/** A server that is no HTTP server: says hello to whoever connects. */
const greeter = `require('node:net').createServer((socket) => socket.end('hello\\n')).listen(process.env.PORT, process.env.HOST);`;
const answering = `require('node:http').createServer((_, answer) => answer.end(process.env.RIG_RELEASE)).listen(process.env.PORT, process.env.HOST);`;

const write = (folder: string, files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};
const releaseOf = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

test('an app that speaks no HTTP is healthy once it takes connections', async () => {
  const manifest = `app = "greeter"\n[processes]\nweb = "node server.js"\n[health]\ntype = "tcp"\ntimeout = 5\n`;
  const folder = user.source('greeter', { 'rig.toml': manifest, 'server.js': greeter });
  await user.json(['deploy', folder, '--create']);
  const { instances } = await user.json<{ instances: { port: number | null; state: string }[] }>([
    'apps',
    'info',
    'greeter',
  ]);
  assert.deepEqual(
    instances.map(({ state }) => state),
    ['running'],
  );
  write(folder, { 'server.js': 'setInterval(() => {}, 1000);' });
  const error = await user.fails(['deploy', folder], 'release_failed', 11);
  assert.match(error.message, /web\.1/);
});

test('a command decides beside each instance, and what it prints is shown when it says no', async () => {
  const manifest = `app = "checked"\n[processes]\nweb = "node server.js"\n[health]\ncommand = "node check.js"\ntimeout = 6\n`;
  const folder = user.source('checked', {
    'rig.toml': manifest,
    'server.js': answering,
    'check.js': `process.exit(process.env.RIG_APP === 'checked' ? 0 : 1);`,
  });
  const { url } = await user.json<Deployed>(['deploy', folder, '--create']);
  write(folder, { 'check.js': `console.error('the cellar is flooded'); process.exit(4);` });
  const refused = await user.run(['deploy', folder]);
  assert.equal(refused.code, 11);
  assert.match(refused.stderr, /release_failed/);
  assert.match(refused.stderr, /its health command exited with code 4: the cellar is flooded/);
  assert.equal(await releaseOf(url), '1');
});

test('a release that goes bad while it is watched is taken back, and the deploy says so', async () => {
  const manifest = `app = "watched"\n[processes]\nweb = "node server.js"\n[health]\ninterval = 1\nunhealthy = 2\npath = "/"\n`;
  const folder = user.source('watched', { 'rig.toml': manifest, 'server.js': answering });
  const { url } = await user.json<Deployed>(['deploy', folder, '--create']);
  write(folder, {
    'server.js': `let isBad = false; require('node:http').createServer((request, answer) => { if (request.url === '/go-bad') isBad = true; answer.statusCode = isBad ? 500 : 200; answer.end(process.env.RIG_RELEASE); }).listen(process.env.PORT, process.env.HOST);`,
  });
  const child = user.spawn(['deploy', folder, '--watch', '5m']);
  let text = '';
  child.stdout?.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await until('the second release to answer', async () => (await releaseOf(url)) === '2');
  await fetch(`${url}/go-bad`);
  const [code] = await ended;
  assert.equal(code, 11, text);
  assert.match(text, /v2 failed: web\.1 became unhealthy[^]*It is live again as v3\. \(release_taken_back\)/);
  assert.equal(await releaseOf(url), '3');
  const { releases } = await user.json<{ releases: { version: number; reason?: string | null }[] }>([
    'releases',
    'list',
    'watched',
  ]);
  assert.deepEqual(
    releases.map(({ version }) => version),
    [3, 2, 1],
  );
  assert.match(JSON.stringify(releases), /unhealthy|health/);
});
