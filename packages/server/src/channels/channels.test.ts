import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { WIRE_SUBPROTOCOL } from '@rig-ops/contract/api-version';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { connectClient, collectRecords } from '../testing/connect-client.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { TEST_TOKEN } from '../testing/test-token.ts';
import type { ChannelHandlers, ChannelRequest } from './channel-handlers.ts';

const upgrade = async (port: number, path: string, headers: Record<string, string>): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('close', () => resolve(answer));
  const all = {
    host: 'localhost',
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': WIRE_SUBPROTOCOL,
    authorization: `Bearer ${TEST_TOKEN}`,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return promise;
};

describe('the upgrade', () => {
  it('is refused like any other request, before there is a connection', async (t) => {
    const { port, audit } = await startTestApi(t);
    const cases: [string, Record<string, string>, RegExp][] = [
      ['/v1/connect', { authorization: 'Bearer wrong' }, /^HTTP\/1\.1 401 [^]*"not_authenticated"/],
      ['/v1/connect', { authorization: '' }, /^HTTP\/1\.1 401 /],
      ['/v1/connect', { origin: 'http://localhost' }, /^HTTP\/1\.1 403 [^]*"not_permitted"/],
      ['/v1/connect', { host: 'evil.example' }, /^HTTP\/1\.1 403 /],
      ['/v1/connect', { 'sec-websocket-protocol': 'chat' }, /^HTTP\/1\.1 400 [^]*"invalid_input"/],
      ['/v1/apps', {}, /^HTTP\/1\.1 404 [^]*"route_not_found"/],
    ];
    for (const [path, headers, expected] of cases) assert.match(await upgrade(port, path, headers), expected);
    const refused = (await audit.list({ action: 'connect' })).items;
    assert.deepEqual(
      refused.map(({ user, result, errorCode }) => `${user} ${result} ${errorCode}`),
      [
        'unknown refused not_permitted',
        'unknown refused not_permitted',
        'unknown refused not_authenticated',
        'unknown refused not_authenticated',
      ],
    );
  });
});

const holdOpen = () => {
  const opened = Promise.withResolvers<ChannelRequest<'deploy-events'>>();
  const ended = Promise.withResolvers<void>();
  const handlers: Partial<ChannelHandlers> = {
    'deploy-events': async (request) => {
      request.accept();
      opened.resolve(request);
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
      ended.resolve();
    },
  };
  return { opened: opened.promise, ended: ended.promise, handlers };
};

describe('a channel', () => {
  it('carries records and ends in order', async (t) => {
    const { port } = await startTestApi(t, {}, {
      'deploy-events': async ({ params, identity, source, accept }) => {
        const channel = accept();
        const record = { ...params, user: identity.user, ...source };
        await channel.write(ChannelStream.records, Buffer.from(`${JSON.stringify(record)}\n`));
        channel.end(ChannelStream.records);
      },
    } satisfies Partial<ChannelHandlers>);
    const connection = await connectClient(t, port);
    const channel = connection.open('deploy-events', { deploy: 'dep_1' });
    assert.deepEqual(await collectRecords(channel, ChannelStream.records), [
      { deploy: 'dep_1', user: 'ann', client: '127.0.0.1', invocationId: 'inv-ws' },
    ]);
    assert.equal(await channel.closed, undefined);
  });

  it('is refused with a document when it cannot be had', async (t) => {
    const { port, log } = await startTestApi(t, {}, {
      'deploy-events': async () => {
        throw new RigError('deploy_not_found', 'There is no such deploy.');
      },
      logs: async () => {
        throw new TypeError('inside');
      },
    } satisfies Partial<ChannelHandlers>);
    const connection = await connectClient(t, port);
    const codeOf = async (kind: string, params: unknown) => {
      const channel = connection.open(kind, params);
      return channel.accepted.then(
        () => 'accepted',
        (error: { code: string }) => error.code,
      );
    };
    assert.equal(await codeOf('deploy-events', { deploy: 'x' }), 'deploy_not_found');
    assert.equal(await codeOf('deploy-events', { deploy: 7 }), 'invalid_input');
    assert.equal(await codeOf('deploy-events', undefined), 'invalid_input');
    assert.equal(await codeOf('nothing', {}), 'not_found');
    assert.equal(await codeOf('toString', {}), 'not_found');
    assert.equal(await codeOf('logs', {}), 'invalid_input');
    assert.equal(await codeOf('logs', { app: 'shop' }), 'unexpected');
    assert.ok(log.lines.some(({ error }) => (error as { message: string }).message === 'inside'));
  });

  it('that breaks ends with the error', async (t) => {
    const { port } = await startTestApi(t, {}, {
      'deploy-events': async ({ accept }) => {
        accept();
        throw new RigError('disk_full', 'Full.');
      },
    } satisfies Partial<ChannelHandlers>);
    const channel = (await connectClient(t, port)).open('deploy-events', { deploy: 'x' });
    await channel.accepted;
    assert.equal((await channel.closed)?.code, 'disk_full');
  });

  it('ends its handler when the client closes it, and when the client is gone', async (t) => {
    for (const how of ['channel', 'connection'] as const) {
      const { opened, ended, handlers } = holdOpen();
      const { port } = await startTestApi(t, {}, handlers);
      const connection = await connectClient(t, port);
      const channel = connection.open('deploy-events', { deploy: 'x' });
      await opened;
      if (how === 'channel') channel.close();
      else await connection.close();
      await ended;
    }
  });

  it('ends with an error to try again on when rigd ends', async (t) => {
    const { opened, ended, handlers } = holdOpen();
    const { port, closing, gate } = await startTestApi(t, {}, handlers);
    const connection = await connectClient(t, port);
    const channel = connection.open('deploy-events', { deploy: 'x' });
    await opened;
    closing.abort();
    assert.equal((await channel.closed)?.code, 'connection_lost');
    await ended;
    await gate.close(5_000);
    await connection.closed;
  });
});
