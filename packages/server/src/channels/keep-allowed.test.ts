import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import type { Role } from '@rig-ops/contract/access';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { startTestApi } from '../testing/start-test-api.ts';
import type { ChannelHandlers } from './channel-handlers.ts';

const at = '2026-01-02T03:04:05.678Z';

/** Somebody with roles on the platform, who has opened a channel of events and one of a command. */
const start = async (t: TestContext, ...held: Role[]) => {
  const hold: Partial<ChannelHandlers> = Object.fromEntries(
    ['deploy-events', 'command'].map((kind) => [
      kind,
      async ({ accept, signal }: { accept: () => unknown; signal: AbortSignal }) => {
        accept();
        await once(signal, 'abort');
      },
    ]),
  );
  const { port, access } = await startTestApi(t, {}, hold);
  const { users, bindings, issuer, changes } = access;
  const user = {
    id: 'usr_bob',
    name: 'bob',
    kind: 'user',
    createdAt: at,
    createdBy: 'ann',
    disabledAt: null,
  } as const;
  await users.create(user);
  for (const role of held) {
    const binding = { id: `bnd_${role}`, userId: user.id, createdAt: at, createdBy: 'ann' };
    await bindings.add({ ...binding, role, scope: { kind: 'platform' } });
  }
  const { secret, token } = await issuer.issue({
    userId: user.id,
    name: 'test',
    expiresAt: null,
    createdBy: 'ann',
  });
  const socket = new WebSocket(`ws://127.0.0.1:${port}${CONNECT_PATH}`, WIRE_SUBPROTOCOL, {
    headers: { authorization: `Bearer ${secret}` },
    perMessageDeflate: false,
  });
  t.after(() => socket.terminate());
  const adapted = messageSocketOfWs(socket);
  await once(socket, 'open');
  const connection = new Connection(adapted, { role: 'client' });
  const events = connection.open('deploy-events', { deploy: 'dep_1' });
  const command = connection.open('command', { app: 'shop', argv: ['sh'] });
  await Promise.all([events.accepted, command.accepted]);
  return { connection, events, command, token, users, bindings, issuer, changes };
};

it('a revoked token ends every channel at once, with the reason, and then the connection', async (t) => {
  const { connection, events, command, issuer, token } = await start(t, 'operator');
  await Promise.all([issuer.revoke(token.id), issuer.revoke(token.id)]);
  assert.equal((await events.closed)?.code, 'token_revoked');
  assert.equal((await command.closed)?.code, 'token_revoked');
  await connection.closed;
});

it('a disabled user is out at once', async (t) => {
  const { connection, events, changes, users } = await start(t, 'admin');
  await users.setDisabled('usr_bob', at);
  changes.tell('usr_bob');
  assert.equal((await events.closed)?.code, 'user_disabled');
  await connection.closed;
});

it('a role that is taken ends what it allowed, and leaves the rest', async (t) => {
  const { connection, events, command, changes, bindings } = await start(t, 'viewer', 'operator');
  await bindings.remove('usr_bob', { role: 'operator', scope: { kind: 'platform' } });
  changes.tell('usr_bob');
  assert.equal((await command.closed)?.code, 'not_permitted');
  const more = connection.open('deploy-events', { deploy: 'dep_1' });
  await more.accepted;
  const again = connection.open('command', { app: 'shop', argv: ['sh'] });
  await assert.rejects(again.accepted, { code: 'not_permitted' });
  events.close();
  await events.closed;
});
