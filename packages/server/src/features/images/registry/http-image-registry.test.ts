import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { parseReference } from '../parse-reference.ts';
import { HttpImageRegistry } from './http-image-registry.ts';
import { parseChallenge } from './registry-challenge.ts';
import { RegistryTokens } from './registry-tokens.ts';

// What Debian's registry cannot be brought to do; the rest is in test/system/docker-registry.test.ts.

const signal = AbortSignal.timeout(30_000);
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const config = JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Cmd: ['run'] } });
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: { digest: digestOf(config), size: config.length },
  layers: [{ digest: digestOf('layer'), size: 5 }],
});

async function serve(
  context: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const knows = { username: 'ann', password: 'sesame' };

test('who asks is told to the registry, and not to where it leads', async (context) => {
  const heard: (string | undefined)[] = [];
  const store = await serve(context, (request, response) => {
    heard.push(request.headers.authorization);
    response.end(config);
  });
  const registry = await serve(context, (request, response) => {
    if (request.headers.authorization === undefined)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
    if (request.url?.includes('/blobs/') === true)
      return response.writeHead(307, { location: `http://${store}/there` }).end();
    return response.end(manifest);
  });
  const credentials = { ...knows, serveraddress: registry };
  const found = await new HttpImageRegistry({}, [1]).resolve(parseReference(`${registry}/a:1`), {
    credentials,
    signal,
  });
  assert.equal(found.digest, digestOf(manifest));
  assert.deepEqual(found.config.command, ['run']);
  assert.equal(found.bytes, 5);
  assert.deepEqual(heard, [undefined]);
});

test('what is not what its digest says is refused', async (context) => {
  const registry = await serve(context, (request, response) =>
    response.end(request.url?.includes('/blobs/') === true ? `${config} ` : manifest),
  );
  const resolve = async (version: string) =>
    await new HttpImageRegistry({}, [1]).resolve(parseReference(`${registry}/a${version}`), {
      credentials: null,
      signal,
    });
  for (const version of [':1', `@${digestOf('other')}`])
    await assert.rejects(resolve(version), (error) => {
      assert.ok(isRigError(error) && /something that is not sha256:/.test(error.message), String(error));
      return true;
    });
});

test('what is told instead of an image is told on, in a line and no longer', async (context) => {
  const answers: [number, string, RegExp][] = [
    [429, '{"errors":[{"message":"too many"}]}', /asked too often: too many \(429\); it wants .* in 7 s/],
    [500, `{"errors":[{"message":"${'x\\n'.repeat(900)}"}]}`, /cannot give .* x x /],
    [502, '<html>', /answers with status 502/],
  ];
  for (const [status, body, why] of answers) {
    const registry = await serve(context, (_request, response) =>
      response.writeHead(status, { 'retry-after': '7' }).end(body),
    );
    const asking = new HttpImageRegistry({}, [1]).has(parseReference(`${registry}/a`), {
      credentials: null,
      signal,
    });
    // A HEAD has no body, so the words are those of the status.
    await assert.rejects(asking, (error) => isRigError(error) && error.code === 'image_registry_unreachable');
    const resolving = new HttpImageRegistry({}, [1]).resolve(parseReference(`${registry}/a`), {
      credentials: null,
      signal,
    });
    await assert.rejects(resolving, (error) => {
      assert.ok(isRigError(error) && why.test(error.message) && error.message.length < 500, String(error));
      return true;
    });
  }
});

test('of an old kind, an endless answer and a circle are no images', async (context) => {
  const registry = await serve(context, (request, response) => {
    if (request.url?.includes('old') === true)
      return response.end('{"schemaVersion":1,"fsLayers":[],"history":[]}');
    if (request.url?.includes('circle') === true)
      return response.writeHead(302, { location: request.url }).end();
    const pour = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', pour);
    pour();
    return response;
  });
  const refused = async (name: string, code: string) =>
    await assert.rejects(
      new HttpImageRegistry({}, [1]).resolve(parseReference(`${registry}/${name}`), {
        credentials: null,
        signal,
      }),
      (error) => isRigError(error) && error.code === code,
    );
  await refused('old', 'image_unfit');
  await refused('circle', 'image_registry_unreachable');
  await refused('endless', 'image_registry_unreachable');
});

test('a realm without TLS is told nothing on behalf of a registry that has it', async () => {
  const challenge = parseChallenge(
    'Bearer realm="http://realm.example/t",service="s",scope="repository:a:pull"',
  );
  assert.ok(challenge?.scheme === 'bearer');
  assert.deepEqual([challenge.service, challenge.scope], ['s', 'repository:a:pull']);
  const asked = { credentials: { ...knows, serveraddress: 'x' }, origin: 'https://x', scope: '' };
  await assert.rejects(new RegistryTokens({}).tokenFor(challenge, asked, signal), /has no TLS/);
});

test('challenges are read as registries write them', () => {
  assert.deepEqual(parseChallenge('basic realm="x"'), { scheme: 'basic' });
  assert.equal(parseChallenge('Negotiate'), null);
  assert.equal(parseChallenge('Bearer service="s"'), null);
  const escaped = parseChallenge('bearer realm="https://r/t?a=1,2" , service="a \\"b\\""');
  assert.deepEqual(escaped, { scheme: 'bearer', realm: 'https://r/t?a=1,2', service: 'a "b"', scope: null });
});
