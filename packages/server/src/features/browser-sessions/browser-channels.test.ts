import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { BrowserLogin, NewBrowserSession, Ticket } from '@rig-ops/contract/resources';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { sendRequest } from '../../testing/send-request.ts';
import { startTestServer } from '../../testing/start-test-server.ts';

/** A page that follows the log of an app. */
async function followInPage(t: TestContext) {
  const server = await startTestServer(t);
  const { port, send } = server;
  const origin = `http://127.0.0.1:${port}`;
  await send('POST', '/v1/apps', { body: { name: 'shop' } });
  const { ticket } = (await send('POST', '/v1/browser-logins')).json as unknown as BrowserLogin;
  const redeemed = await sendRequest({
    port,
    method: 'POST',
    path: '/v1/browser-logins/redeem',
    headers: { origin },
    body: { ticket },
  });
  const { pageKey, session } = redeemed.json as unknown as NewBrowserSession;
  const [cookie = ''] = (redeemed.headers['set-cookie']?.[0] ?? '').split(';');
  const given = await sendRequest({
    port,
    method: 'POST',
    path: '/v1/tickets',
    headers: { origin, cookie, 'x-rig-page-key': pageKey },
    body: { channel: 'logs', app: 'shop' },
  });
  const { ticket: pass } = given.json as unknown as Ticket;
  const open = async (headers: Record<string, string>, protocols: string[]) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${CONNECT_PATH}`, protocols, {
      headers,
      perMessageDeflate: false,
    });
    t.after(() => socket.terminate());
    const adapted = messageSocketOfWs(socket);
    await once(socket, 'open');
    return new Connection(adapted, { role: 'client' });
  };
  // The cookie alone opens nothing: a browser would send it along for pages of other ports.
  const both = { origin, cookie, 'x-rig-page-key': pageKey };
  await assert.rejects(open({ origin, cookie }, [WIRE_SUBPROTOCOL]), /401/);
  await assert.rejects(open({ ...both, origin: 'http://127.0.0.1:1' }, [WIRE_SUBPROTOCOL]), /403/);
  const connection = await open({ origin }, [WIRE_SUBPROTOCOL, `rig.ticket.${pass}`]);
  const channel = connection.open('logs', { app: 'shop', follow: true });
  await channel.accepted;
  return { ...server, session, channel, connection };
}

test('what a page has open ends when its browser is logged out', async (t) => {
  const { channel, connection, send, session } = await followInPage(t);
  await send('DELETE', `/v1/users/me/browser-sessions/${session.id}`);
  assert.equal((await channel.closed)?.code, 'browser_session_ended');
  await connection.closed;
  const { json } = await send('GET', '/v1/audit?action=logs.read');
  const [event] = json.events as { client: string; details: { browser?: string } }[];
  assert.deepEqual([event?.client, event?.details.browser], ['browser 127.0.0.1', session.id]);
});
