import assert from 'node:assert/strict';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { User } from '../support/rig.ts';

let user: User;
before(async () => {
  user = new User();
  await user.json(['platform', 'start']);
});
after(() => user.close());

const noApps = async () => {
  const { apps } = await user.json<{ apps: unknown[] }>(['apps', 'list']);
  assert.deepEqual(apps, []);
};

test('an unknown command suggests the one that was meant', async () => {
  const error = await user.fails(['depoly'], 'command_not_found', 2);
  assert.match(`${error.message} ${error.hint}`, /deploy/);
  const text = await user.run(['depoly']);
  assert.equal(text.stdout, '');
  assert.match(text.stderr, /deploy/);
});

test('an unknown flag, a missing argument', async () => {
  await user.fails(['apps', 'list', '--colour'], 'usage', 2);
  await user.fails(['apps', 'create'], 'usage', 2);
});

test('an unknown app', async () => {
  for (const args of [
    ['apps', 'info'],
    ['logs', 'app'],
    ['releases', 'list'],
    ['apps', 'destroy', '--yes'],
  ]) {
    await user.fails([...args, 'no-such-app'], 'app_not_found', 6);
  }
});

test('no app named and no rig.toml', async () => {
  await user.fails(['apps', 'info'], 'app_required', 2);
  await user.fails(['apps', 'destroy', '--yes'], 'usage', 2);
});

test('two apps where one is meant', async () => {
  await user.fails(['apps', 'info', 'one', '--app', 'two'], 'usage', 2);
});

test('an invalid name', async () => {
  const error = await user.fails(['apps', 'create', 'No_Such_Name'], 'invalid_name', 3);
  assert.match(error.message, /No_Such_Name/);
  await user.fails(['deploy', user.example('hello-node'), '--app', 'trailing-', '--yes'], 'invalid_name', 3);
  await noApps();
});

test('a folder that does not exist, that is a file, that is empty', async () => {
  await user.fails(['deploy', join(user.sources, 'nowhere'), '--yes'], 'source_not_found', 3);
  const root = user.source('odd', { file: 'x' });
  await user.fails(['deploy', join(root, 'file'), '--yes'], 'source_not_found', 3);
  mkdirSync(join(root, 'empty'));
  await user.fails(['deploy', join(root, 'empty'), '--yes'], 'source_empty', 3);
  await noApps();
});

test('a source nobody knows how to run', async () => {
  const error = await user.fails(
    ['deploy', user.source('puzzle', { 'notes.txt': 'hm' }), '--yes'],
    'nothing_detected',
    3,
  );
  assert.match(error.hint, /rig\.toml/);
});

const broken: [name: string, text: string, says: RegExp][] = [
  ['a syntax error', 'app = "x"\nweb = = 1\n', /rig\.toml:2/],
  ['an unknown key', 'app = "x"\nproceses = { web = "node s.js" }\n', /rig\.toml:2.*processes/s],
  ['a wrong type', 'app = "x"\n[processes]\nweb = 5\n', /rig\.toml:3/],
  [
    'a value out of bounds',
    'app = "x"\n[processes]\nweb = "node s.js"\n[health]\ntimeout = 0\n',
    /rig\.toml:5/,
  ],
];
for (const [name, text, says] of broken) {
  test(`a rig.toml with ${name} is told by file and line`, async () => {
    const root = user.source('broken', { 'rig.toml': text, 's.js': '' });
    const error = await user.fails(['deploy', root, '--app', 'broken', '--yes'], 'invalid_rig_toml', 3);
    assert.match(`${error.message} ${error.hint} ${JSON.stringify(error.details)}`, says);
  });
}

test('a broken Procfile', async () => {
  const error = await user.fails(
    ['deploy', user.source('procs', { Procfile: 'web: node s.js\nthis is not one\n' }), '--yes'],
    'invalid_procfile',
    3,
  );
  assert.match(error.message, /Procfile:2/);
});

test('an unknown app is not created where nobody can be asked', async () => {
  const error = await user.fails(
    ['deploy', user.example('hello-node'), '--app', 'brand-new'],
    'confirmation_required',
    2,
  );
  assert.match(error.hint, /--(create|yes)/);
});

test('a wrong token', async () => {
  const { url } = user.platformFile<{ url: string }>('platform.json');
  await user.fails(['apps', 'list'], 'not_authenticated', 4, { env: { RIG_URL: url, RIG_TOKEN: 'wrong' } });
  const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim();
  const { apps } = await user.json<{ apps: unknown[] }>(['apps', 'list'], {
    env: { RIG_URL: url, RIG_TOKEN: token },
  });
  assert.ok(Array.isArray(apps));
});

test('a platform that is not there', async () => {
  await user.fails(['apps', 'list'], 'unreachable', 8, {
    env: { RIG_URL: 'http://127.0.0.1:9', RIG_TOKEN: 'x' },
  });
});

/** One raw request to the API; answers status and body even when the server ends the connection early. */
async function callApi(
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string },
) {
  const { url } = user.platformFile<{ url: string }>('platform.json');
  const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim();
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request(
      new URL(path, url),
      {
        method: init.method ?? 'GET',
        maxHeaderSize: 1 << 20,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    call.on('error', reject);
    call.end(init.body);
  });
}

test('malformed JSON and huge headers to the API are answered with the error document', async () => {
  const malformed = await callApi('/v1/apps', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name": ',
  });
  assert.equal(malformed.status, 400);
  assert.equal((JSON.parse(malformed.body) as { error: { code: string } }).error.code, 'malformed_json');
  const wrong = await callApi('/v1/apps', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name": 5}',
  });
  assert.equal(wrong.status, 400);
  const huge = await callApi('/v1/apps', { headers: { 'x-huge': 'x'.repeat(10 * 1024 * 1024) } }).catch(
    (error: NodeJS.ErrnoException) => ({ status: 0, body: error.code ?? '' }),
  );
  // The server may end the connection while 10 MB are still on their way; the client then sees no answer.
  assert.ok(
    huge.status === 431 || ['ECONNRESET', 'EPIPE'].includes(huge.body),
    `${huge.status} ${huge.body}`,
  );
  const large = await callApi('/v1/apps', { headers: { 'x-large': 'x'.repeat(100_000) } });
  assert.equal(large.status, 431);
  assert.equal((JSON.parse(large.body) as { error: { code: string } }).error.code, 'headers_too_large');
  assert.equal((await callApi('/v1/version', {})).status, 200);
});

test('a port that is taken', async () => {
  const other = new User();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  try {
    const error = await other.fails(['platform', 'start', '--port', String(port)], 'port_taken', 7);
    assert.match(error.message, new RegExp(String(port)));
  } finally {
    taken.close();
    await other.close();
  }
});

test('a file that changes while it is read', async () => {
  const root = user.source('moving', { 'index.html': 'x' });
  // Large enough to be read for far longer than the writer below could be held up; it takes no space.
  const growing = openSync(join(root, 'log.txt'), 'a');
  ftruncateSync(growing, 128 * 1024 * 1024);
  const read = new AbortController();
  const writer = (async () => {
    while (!read.signal.aborted) {
      writeSync(growing, 'x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    closeSync(growing);
  })();
  const error = await user.fails(['deploy', root, '--yes'], 'source_changed', 3).finally(() => read.abort());
  await writer;
  assert.match(error.message, /log\.txt/);
  const { apps } = await user.json<{ apps: { name: string; release: number | null }[] }>(['apps', 'list']);
  assert.ok(apps.every(({ release }) => release === null));
});

test('settings that cannot be read are named', async () => {
  const other = new User();
  mkdirSync(other.home);
  writeFileSync(join(other.home, 'contexts.json'), '{"oops');
  const error = await other.fails(['context', 'list'], 'config_unreadable', 3);
  assert.match(error.message, /contexts\.json/);
  rmSync(join(other.home, 'contexts.json'));
  await other.close();
});
