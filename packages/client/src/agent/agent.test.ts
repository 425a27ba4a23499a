import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { isAlive } from '../files/process-identity.ts';
import { RigClient } from '../rig-client.ts';
import { makeFolder } from '../testing/temporary-folder.ts';
import { agentPlace } from './agent-place.ts';
import { listAgents, stopAgents } from './list-agents.ts';
import { type AgentOptions, findAgent } from './start-agent.ts';

const STDIN = 0;
const STDOUT = 1;

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await isSo()); await sleep(20))
    assert.ok(Date.now() < deadline, `${what} did not happen`);
}

/** A platform whose channels send back what they get, and a user with a RIG_HOME of their own. */
async function begin(t: TestContext, { idleMs }: { idleMs?: number } = {}) {
  const rigHome = await makeFolder(t, (folder) => stopAgents(folder));
  const seen = {
    connections: 0,
    invocations: [] as (string | undefined)[],
    tokens: new Set<string>(['secret']),
  };
  const http = createServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!seen.tokens.has(token)) {
      const error = { code: 'not_authenticated', message: 'Unknown token.', hint: 'Log in.', exitCode: 4 };
      const body = JSON.stringify({ error });
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    seen.connections += 1;
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      void new Connection(messageSocketOfWs(accepted), {
        role: 'server',
        onOpen(open) {
          seen.invocations.push(open.invocation);
          if (open.kind === 'refused') {
            open.refuse({ code: 'not_permitted', message: 'No.', hint: 'Ask.', exitCode: 5 });
            return;
          }
          const channel = open.accept({ hello: true });
          void (async () => {
            for await (const bytes of channel.read(STDIN)) await channel.write(STDOUT, bytes);
            channel.exit({ done: true });
            channel.close();
          })().catch(() => undefined);
        },
      });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  t.after(async () => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const options: AgentOptions = {
    rigHome,
    version: '1.0.0',
    entry: join(import.meta.dirname, 'main.ts'),
    nodeArguments: ['--conditions=rig-source'],
    ...(idleMs === undefined ? {} : { idleMs }),
  };
  const target = (invocationId?: string) => ({
    name: 'far',
    url,
    token: 'secret',
    ...(invocationId === undefined ? {} : { invocationId }),
  });
  const client = (invocationId?: string, changed: Partial<AgentOptions> = {}) => {
    const made = new RigClient(target(invocationId), { agent: { ...options, ...changed } });
    t.after(() => made.close());
    return made;
  };
  return { rigHome, seen, options, target, client, sockets };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function echo(client: RigClient, bytes: Buffer): Promise<Buffer> {
  const channel = (await client.connect()).open('echo', {});
  const back = (async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of channel.read(STDOUT)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  })();
  await channel.write(STDIN, bytes);
  channel.end(STDIN);
  assert.deepEqual(await channel.exited, { done: true });
  return await back;
}

test('commands share one connection, and each channel is known as that of its command', async (t) => {
  const { client, rigHome, seen } = await begin(t);
  const bytes = Buffer.alloc(3 * 1024 * 1024, 'rig');
  const both = await Promise.all([echo(client('one'), bytes), echo(client('two'), bytes)]);
  for (const back of both) assert.ok(back.equals(bytes));
  await echo(client('three'), Buffer.from('later'));
  assert.equal(seen.connections, 1);
  assert.deepEqual(new Set(seen.invocations), new Set(['one', 'two', 'three']));
  const [agent, ...others] = await listAgents(rigHome);
  assert.deepEqual(
    [agent?.context, agent?.state?.connected, agent?.state?.served, others],
    ['far', true, 3, []],
  );
  assert.equal('cookie' in (agent ?? {}), false);
});

test('a refusal of the platform arrives as it was told', async (t) => {
  const { client, seen } = await begin(t);
  const channel = (await client().connect()).open('refused', {});
  await assert.rejects(channel.accepted, { code: 'not_permitted', hint: 'Ask.' });
  seen.tokens.clear();
  seen.tokens.add('fresh');
  const renewed: string[] = [];
  const { options, target } = await begin(t);
  const other = new RigClient(
    { ...target(), token: 'stale' },
    {
      agent: options,
      renewToken: async ({ code }) => {
        renewed.push(code);
        return 'secret';
      },
    },
  );
  t.after(() => other.close());
  assert.equal((await echo(other, Buffer.from('x'))).toString(), 'x');
  assert.deepEqual(renewed, ['not_authenticated']);
});

test('killed, it ends what went through it, and the next command starts another', async (t) => {
  const { client, options, target } = await begin(t);
  const mine = client('one');
  const connection = await mine.connect();
  const channel = connection.open('echo', {});
  await channel.accepted;
  const first = await findAgent(agentPlace(options.rigHome, options.version, target()));
  assert.ok(first !== null);
  process.kill(first.pid, 'SIGKILL');
  assert.equal((await channel.closed)?.code, 'connection_lost');
  await connection.closed;
  await until('its end', async () => !(await isAlive(first)));
  assert.equal((await echo(mine, Buffer.from('again'))).toString(), 'again');
  const second = await findAgent(agentPlace(options.rigHome, options.version, target()));
  assert.ok(second !== null && second.pid !== first.pid);
});

test('another version, platform or token has another agent', async (t) => {
  const { client, rigHome, seen } = await begin(t);
  await echo(client(), Buffer.from('x'));
  await echo(client(undefined, { version: '2.0.0' }), Buffer.from('x'));
  assert.equal(seen.connections, 2);
  assert.deepEqual(
    (await listAgents(rigHome)).map(({ version }) => version),
    ['1.0.0', '2.0.0'],
  );
});

test('it serves its user alone', async (t) => {
  const { client, options, target, rigHome } = await begin(t);
  await echo(client(), Buffer.from('x'));
  const place = agentPlace(rigHome, options.version, target());
  const record = await findAgent(place);
  assert.deepEqual([modeOf(place.folder), modeOf(place.record)], ['700', '600']);
  const stranger = new WebSocket('ws://localhost/v1/connect', WIRE_SUBPROTOCOL, {
    headers: { authorization: `Bearer ${'x'.repeat(43)}` },
    createConnection: () => process.getBuiltinModule('node:net').connect(record?.socket ?? ''),
  });
  const [, response] = (await once(stranger, 'unexpected-response')) as [unknown, { statusCode: number }];
  assert.equal(response.statusCode, 503);
  stranger.on('error', () => undefined).terminate();
});

test('where none can be had, a command connects by itself', async (t) => {
  const { client, rigHome, seen } = await begin(t);
  assert.equal((await echo(client('one', { entry: '/nowhere/main.js' }), Buffer.from('x'))).toString(), 'x');
  assert.equal(seen.connections, 1);
  assert.deepEqual(await listAgents(rigHome), []);
});

test('it ends when nobody has used it for a while, not while somebody does', async (t) => {
  const { client, rigHome } = await begin(t, { idleMs: 300 });
  const mine = client();
  const channel = (await mine.connect()).open('echo', {});
  await channel.accepted;
  await sleep(600);
  assert.equal((await listAgents(rigHome)).length, 1, 'a channel is open');
  channel.close();
  await mine.close();
  await until('its end', async () => (await listAgents(rigHome)).length === 0);
});

test('it is stopped at once, and connects again after its connection was lost', async (t) => {
  const { client, rigHome, seen, sockets } = await begin(t);
  await echo(client(), Buffer.from('x'));
  for (const socket of sockets.clients) socket.terminate();
  await until(
    'the loss to be noticed',
    async () => (await listAgents(rigHome))[0]?.state?.connected === false,
  );
  await echo(client(), Buffer.from('x'));
  assert.equal(seen.connections, 2);
  const stopped = await stopAgents(rigHome, 'far');
  assert.equal(stopped.length, 1);
  assert.deepEqual(await listAgents(rigHome), []);
});
