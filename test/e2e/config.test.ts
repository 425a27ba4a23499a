import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isAlive, until, User } from '../support/rig.ts';

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

const SECRET = 'vlk3-not-for-anybody';
/** Answers with its environment; refuses to live with BROKEN; what is under way is finished. */
const server = `
  if (process.env.BROKEN) process.exit(3);
  const server = require('node:http').createServer((request, response) => {
    setTimeout(() => response.end(JSON.stringify(process.env)), 20);
  });
  server.listen(process.env.PORT, process.env.HOST);
  process.once('SIGTERM', () => server.close());
`;
const source = (app: string) =>
  user.source(app, {
    'rig.toml': `app = "${app}"\n[processes]\nweb = "node server.js"\n[health]\ntimeout = 5\n`,
    'server.js': server,
  });
const ask = async (url: string) =>
  (await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json()) as Record<string, string>;

/** Asks all the time while something happens; what fails is told. */
async function under(url: string, happens: () => Promise<unknown>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const ended = new AbortController();
  const clients = Array.from({ length: 4 }, async () => {
    while (!ended.signal.aborted) await ask(url).catch((error: unknown) => failures.push(error));
  });
  await happens();
  ended.abort();
  await Promise.all(clients);
  return failures;
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      try {
        return readFileSync(path).includes(text);
      } catch (error) {
        // A file for a moment, as those that replace others.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return false;
      }
    });
}

let url = '';

test('a change makes a release, instances find it, and a secret is nowhere but there', async () => {
  ({ url } = await user.json<{ url: string }>(['deploy', source('shop'), '--create']));
  const set = ['config', 'set', 'LEVEL=debug', 'KEY=-', '--secret', '--app', 'shop'];
  await user.json(set, { stdin: `${SECRET}\n` });
  const env = await ask(url);
  assert.deepEqual([env['LEVEL'], env['KEY'], env['RIG_RELEASE']], ['debug', SECRET, '2']);
  for (const args of [
    ['config', 'list', 'shop'],
    ['releases', 'info', 'v2', '--app', 'shop'],
    ['releases', 'diff', 'v1', 'v2', '--app', 'shop'],
    ['audit', 'list'],
    ['events'],
  ]) {
    const { stdout, stderr } = await user.run([...args, '-o', 'json']);
    assert.doesNotMatch(stdout + stderr, new RegExp(SECRET), args.join(' '));
  }
  await user.fails(['config', 'set', SECRET, '--app', 'shop'], 'usage', 2);
  assert.deepEqual(filesWith(user.home, SECRET), []);
});

test('a change that does not become healthy has not happened', async () => {
  await user.fails(['config', 'set', 'BROKEN=1', 'LEVEL=info', '--app', 'shop'], 'release_failed', 11);
  const { variables } = await user.json<{ variables: { key: string }[] }>(['config', 'list', 'shop']);
  assert.deepEqual(variables.map(({ key }) => key).toSorted(), ['KEY', 'LEVEL']);
  assert.equal((await ask(url))['LEVEL'], 'debug');
});

test('an app is told where those of its own network are, and no others', async () => {
  await user.json(['networks', 'create', 'staging']);
  const far = await user.json<{ url: string }>(['deploy', source('far'), '--create', '--network', 'staging']);
  const near = await user.json<{ url: string }>(['deploy', source('near'), '--create']);
  const [ofFar, ofNear] = [await ask(far.url), await ask(near.url)];
  assert.deepEqual([ofNear['RIG_SHOP_URL'], ofNear['RIG_FAR_URL']], [url, undefined]);
  assert.equal(ofFar['RIG_SHOP_URL'], undefined);
});

test('restarting and scaling up and down fail no request', async () => {
  const failures = await under(url, async () => {
    await user.json(['apps', 'scale', 'shop', 'web=3']);
    await user.json(['apps', 'scale', 'shop', 'web=1']);
    await user.json(['apps', 'restart', 'shop']);
  });
  assert.deepEqual(failures, []);
});

test('after the death of the supervisor a command still finds the configuration', async () => {
  const { pid } = user.platformFile<{ pid: number }>('supervisor.json');
  process.kill(pid, 'SIGKILL');
  await until('the supervisor to be gone', () => !isAlive(pid));
  await until('a command to run', async () => {
    const printKey = ['command', 'shop', '--', 'node', '-p', 'process.env.KEY'];
    const { code, stdout, stderr } = await user.run(printKey);
    assert.equal(code, 0, stderr);
    return stdout.trim() === SECRET;
  });
  assert.deepEqual(filesWith(user.home, SECRET), []);
});
