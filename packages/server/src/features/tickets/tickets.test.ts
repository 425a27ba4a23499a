import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Ticket } from '@rig-ops/contract/resources';
import { CONNECT_PATH } from '@rig-ops/contract/routes';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { sendRequest } from '../../testing/send-request.ts';
import { TEST_TOKEN } from '../../testing/test-token.ts';
import { REACHED, startMatrixApi } from '../access/testing/start-matrix-api.ts';
import { TICKET_SUBPROTOCOL } from './ticket-secret.ts';

/** Doors of rigd with tickets, an operator of the app "shop" and a clock that stands until it is moved. */
const start = async (t: TestContext) => {
  let now = Date.parse('2026-11-26T12:00:00Z');
  const api = await startMatrixApi({
    isolated: true,
    givesTickets: true,
    clock: { now: () => new Date(now) },
  });
  t.after(() => api.close());
  const bob = await api.addUser('bob', [
    { role: 'operator', scope: { kind: 'app', appId: api.apps.shop.id } },
  ]);
  const { secret, token } = await api.issue(bob.id);
  const ask = (body: object, as = secret) =>
    sendRequest({ port: api.port, method: 'POST', path: '/v1/tickets', token: as, body });
  const give = async (body: object = { channel: 'command', app: 'shop' }, as = secret): Promise<string> => {
    const { status, json } = await ask(body, as);
    assert.equal(status, 201, JSON.stringify(json));
    return (json as unknown as Ticket).ticket;
  };
  return {
    ...api,
    bob,
    secret,
    token,
    ask,
    give,
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
  };
};

type Api = Awaited<ReturnType<typeof start>>;

/** Shakes hands with raw bytes. @returns the answer's head and body */
const shakeHands = async (
  port: number,
  headers: Record<string, string>,
  path = CONNECT_PATH,
): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let answer = '';
  for await (const chunk of socket) {
    answer += (chunk as Buffer).toString();
    if (answer.startsWith('HTTP/1.1 101')) break;
  }
  socket.destroy();
  return answer;
};

const protocolsWith = (...tickets: string[]) =>
  [WIRE_SUBPROTOCOL, ...tickets.map((ticket) => TICKET_SUBPROTOCOL + ticket)].join(', ');

const headersOf = (ticket: string) => ({ 'sec-websocket-protocol': protocolsWith(ticket) });

const refusalOf = (answer: string): string => {
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
  return `${status} ${/"code":"([a-z_]+)"/.exec(answer)?.[1]}`;
};

/** Connects with a ticket as a page would, and nothing else. */
const enter = async (t: TestContext, port: number, ticket: string) => {
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}${CONNECT_PATH}`,
    [WIRE_SUBPROTOCOL, TICKET_SUBPROTOCOL + ticket],
    { origin: `http://127.0.0.1:${port}`, perMessageDeflate: false },
  );
  t.after(() => socket.terminate());
  const adapted = messageSocketOfWs(socket);
  await once(socket, 'open');
  assert.equal(socket.protocol, WIRE_SUBPROTOCOL, 'the ticket is not sent back');
  return new Connection(adapted, { role: 'client' });
};

const codeOf = (connection: Connection, kind: string, params: object): Promise<string> =>
  connection.open(kind, params).accepted.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

const command = { app: 'shop', argv: ['id'] };

describe('a ticket', () => {
  it('opens its one channel, once, as its user, and then the connection is over', async (t) => {
    const api = await start(t);
    const { json } = await api.ask({ channel: 'command', app: 'shop' });
    const { ticket, ...about } = json as unknown as Ticket;
    assert.deepEqual(about, {
      channel: 'command',
      verb: 'remote.command',
      target: 'app/shop',
      user: 'bob',
      expiresAt: '2026-11-26T12:00:10.000Z',
    });
    assert.ok(Buffer.from(ticket, 'base64url').length * 8 >= 128);
    const connection = await enter(t, api.port, ticket);
    assert.equal(await codeOf(connection, 'command', command), REACHED);
    assert.equal(api.reached(), 1);
    await connection.closed;
  });

  it('is refused when it is shown again, from the same place or another', async (t) => {
    const api = await start(t);
    const ticket = await api.give();
    const connection = await enter(t, api.port, ticket);
    const again = await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(ticket) });
    assert.equal(refusalOf(again), '401 ticket_refused');
    assert.match(again, /was used already/);
    assert.equal(await codeOf(connection, 'command', command), REACHED, 'the first is not disturbed');
  });

  it('of two connections at once with one ticket, one gets in', async (t) => {
    const api = await start(t);
    const ticket = await api.give();
    const headers = { 'sec-websocket-protocol': protocolsWith(ticket) };
    const answers = await Promise.all([shakeHands(api.port, headers), shakeHands(api.port, headers)]);
    assert.deepEqual(answers.map((answer) => answer.slice(9, 12)).toSorted(), ['101', '401']);
  });

  it('expires after ten seconds, shown or not, and opens nothing later', async (t) => {
    const api = await start(t);
    const late = await api.give();
    const shown = await api.give();
    const connection = await enter(t, api.port, shown);
    api.pass(10);
    const answer = await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(late) });
    assert.equal(refusalOf(answer), '401 ticket_refused');
    assert.match(answer, /has expired/);
    assert.equal(await codeOf(connection, 'command', command), 'ticket_refused');
    assert.equal(api.reached(), 0);
  });

  it('is for no other kind of channel, app or thing, and is used up by the attempt', async (t) => {
    const api = await start(t);
    await api.access.bindings.add({
      id: 'bnd_other',
      userId: api.bob.id,
      role: 'operator',
      scope: { kind: 'app', appId: api.apps.other.id },
      createdAt: '2026-01-02T03:04:05.678Z',
      createdBy: 'ann',
    });
    const attempts: [string, object][] = [
      ['logs', { app: 'shop' }],
      ['command', { ...command, app: 'other' }],
      ['command', { app: 'other', argv: ['id'] }],
      ['nothing', {}],
    ];
    for (const [kind, params] of attempts) {
      const connection = await enter(t, api.port, await api.give());
      const code = await codeOf(connection, kind, params);
      assert.equal(code, kind === 'nothing' ? 'not_found' : 'ticket_refused', JSON.stringify(params));
      await connection.closed;
    }
    const connection = await enter(t, api.port, await api.give({ channel: 'logs', app: 'shop' }));
    // A second channel on the connection, beside the right one.
    const codes = await Promise.all([
      codeOf(connection, 'logs', { app: 'shop' }),
      codeOf(connection, 'logs', { app: 'shop' }),
    ]);
    assert.deepEqual(codes.toSorted(), [REACHED, 'ticket_refused']);
    assert.equal(api.reached(), 1);
  });

  it('does not pass with the name of its app to another app', async (t) => {
    const api = await start(t);
    const connection = await enter(t, api.port, await api.give());
    const apps = api.appStore;
    await apps.markDestroying(api.apps.shop.id, '2026-01-02T03:04:05.678Z');
    await apps.remove(api.apps.shop.id);
    await apps.create({ ...api.apps.shop, id: 'app_00000000000001' });
    await api.access.bindings.add({
      id: 'bnd_new',
      userId: api.bob.id,
      role: 'operator',
      scope: { kind: 'app', appId: 'app_00000000000001' },
      createdAt: '2026-01-02T03:04:05.678Z',
      createdBy: 'ann',
    });
    assert.equal(await codeOf(connection, 'command', command), 'ticket_refused');
    assert.equal(api.reached(), 0);
  });

  it('is not given for what its user may not, and not to whom nobody knows', async (t) => {
    const api = await start(t);
    const viewer = await api.addUser('vic', [
      { role: 'viewer', scope: { kind: 'app', appId: api.apps.shop.id } },
    ]);
    const { secret } = await api.issue(viewer.id);
    const code = async (body: object, as?: string) => (await api.ask(body, as)).json.error?.code;
    assert.equal(await code({ channel: 'command', app: 'shop' }, secret), 'not_permitted');
    assert.equal(await code({ channel: 'command', app: 'other' }), 'app_not_found');
    assert.equal(await code({ channel: 'command', app: 'nothing' }), 'app_not_found');
    assert.equal(await code({ channel: 'constructor', app: 'shop' }), 'not_found');
    assert.equal(await code({ channel: 'command' }), 'invalid_input');
    assert.equal(await code({ channel: 'command', app: 'shop' }, 'nonsense'), 'not_authenticated');
  });

  it('is worth what its user may when it is used, not when it was given', async (t) => {
    const api = await start(t);
    const bound = await api.give();
    const entered = await enter(t, api.port, await api.give());
    await api.access.bindings.remove(api.bob.id, {
      role: 'operator',
      scope: { kind: 'app', appId: api.apps.shop.id },
    });
    assert.equal(await codeOf(entered, 'command', command), 'app_not_found');
    await api.access.issuer.revoke(api.token.id);
    assert.equal(refusalOf(await shakeHands(api.port, headersOf(bound))), '401 token_revoked');
    const ann = await api.give({ channel: 'command', app: 'shop' }, TEST_TOKEN);
    assert.equal((await shakeHands(api.port, headersOf(ann))).slice(9, 12), '101');
    assert.equal(api.reached(), 0);
  });

  it('is taken from the list of subprotocols alone', async (t) => {
    const api = await start(t);
    const inUrl = await api.give();
    const only = { 'sec-websocket-protocol': WIRE_SUBPROTOCOL };
    for (const path of [`?ticket=${inUrl}`, `?rig.ticket.${inUrl}`, `?access_token=${inUrl}`]) {
      assert.equal(refusalOf(await shakeHands(api.port, only, CONNECT_PATH + path)), '401 not_authenticated');
    }
    for (const authorization of [`Bearer ${inUrl}`, `Ticket ${inUrl}`]) {
      const answer = await shakeHands(api.port, { ...only, authorization });
      assert.equal(refusalOf(answer), '401 not_authenticated');
    }
    // With a query beside it, so that nobody takes to writing them there.
    const beside = { 'sec-websocket-protocol': protocolsWith(inUrl) };
    assert.equal(refusalOf(await shakeHands(api.port, beside, `${CONNECT_PATH}?a=1`)), '400 invalid_input');
    const route = await sendRequest({ port: api.port, path: '/v1/whoami', token: await api.give() });
    assert.equal(route.status, 401);
  });

  it('comes alone: not with a token, not with another ticket', async (t) => {
    const api = await start(t);
    const [one, two, three] = [await api.give(), await api.give(), await api.give()];
    const both = await shakeHands(api.port, {
      'sec-websocket-protocol': protocolsWith(one),
      authorization: `Bearer ${api.secret}`,
    });
    assert.equal(refusalOf(both), '400 invalid_input');
    const { secret } = await api.issue((await api.addUser('vic', [])).id);
    const foreign = await shakeHands(api.port, {
      'sec-websocket-protocol': protocolsWith(await api.give()),
      authorization: `Bearer ${secret}`,
    });
    assert.equal(refusalOf(foreign), '400 invalid_input', 'nor with the token of another user');
    const several = await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(two, three) });
    assert.equal(refusalOf(several), '400 invalid_input');
    for (const ticket of [one, two, three]) {
      const answer = await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(ticket) });
      assert.match(answer, /was used already/);
    }
  });

  it('with a wrong secret is unknown, and is used up', async (t) => {
    const api = await start(t);
    const ticket = await api.give();
    const wrong = `${ticket.slice(0, -4)}${ticket.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    for (const shown of [wrong, ticket]) {
      const answer = await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(shown) });
      assert.equal(refusalOf(answer), '401 ticket_refused');
    }
  });

  it('locks out an address after five wrong ones, for a minute, right ones too', async (t) => {
    const api = await start(t);
    const show = async (ticket: string) =>
      shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(ticket) });
    const wrong = ['', 'x', 'A'.repeat(54), `${'A'.repeat(53)}!`, 'B'.repeat(54)];
    for (const ticket of wrong) assert.equal(refusalOf(await show(ticket)), '401 ticket_refused');
    const right = await api.give();
    const locked = await show(right);
    assert.equal(refusalOf(locked), '429 too_many_tickets');
    assert.match(locked, /\r\nretry-after: 60\r\n/);
    assert.deepEqual(
      api.audited
        .filter(({ action }) => action === 'ticket.lockout')
        .map(({ user, client, result, details }) => [user, client, result, details.of]),
      [['unknown', '127.0.0.1', 'refused', 'address']],
    );
    assert.equal(api.audited.filter(({ errorCode }) => errorCode === 'ticket_refused').length, 5);
    api.pass(60);
    assert.equal((await show(await api.give())).slice(9, 12), '101');
    assert.match(await show(right), /was used already|has expired/, 'it was used up while locked out');
  });

  it('locks out a user whose tickets are misused, from any address, and says so in the audit log', async (t) => {
    const api = await start(t);
    for (let count = 0; count < 5; count += 1) {
      const connection = await enter(t, api.port, await api.give());
      assert.equal(await codeOf(connection, 'logs', { app: 'shop' }), 'ticket_refused');
    }
    const { status, headers, json } = await api.ask({ channel: 'command', app: 'shop' });
    assert.deepEqual([status, headers['retry-after'], json.error?.code], [429, '60', 'too_many_tickets']);
    const lockouts = api.audited.filter(({ action }) => action === 'ticket.lockout');
    assert.deepEqual(lockouts.map(({ user, details }) => `${user} ${String(details.of)}`).toSorted(), [
      'bob user',
      'unknown address',
    ]);
    api.pass(60);
    await api.give();
  });

  it('is given up to a number that is open at once', async (t) => {
    const api = await start(t);
    for (let count = 0; count < 50; count += 1) await api.give();
    assert.equal((await api.ask({ channel: 'command', app: 'shop' })).json.error?.code, 'too_many_tickets');
    await api.give({ channel: 'command', app: 'shop' }, TEST_TOKEN);
    api.pass(10);
    await api.give();
  });

  it('leaves no trace of itself in the audit log', async (t) => {
    const api = await start(t);
    const ticket = await api.give();
    await shakeHands(api.port, { 'sec-websocket-protocol': protocolsWith(`${ticket}x`) });
    const [given] = api.audited.filter(({ action }) => action === 'ticket.issue');
    assert.deepEqual([given?.user, given?.target, given?.details.channel], ['bob', 'app/shop', 'command']);
    assert.ok(!JSON.stringify(api.audited).includes(ticket.slice(12)));
  });
});

/** Own, and what may look like it. */
const originsOf = ({ port }: Api): [string, boolean][] => [
  [`http://127.0.0.1:${port}`, true],
  [`http://localhost:${port}`, false],
  [`https://127.0.0.1:${port}`, false],
  ['http://127.0.0.1', false],
  [`http://127.0.0.1:${port + 1}`, false],
  [`http://127.0.0.1:${port}/`, false],
  [`http://127.0.0.1:${port}.evil.example`, false],
  [`http://evil.example:${port}`, false],
  ['null', false],
  ['', false],
  ['file://', false],
];

describe('pages of other origins', () => {
  it('open nothing, whatever they have', async (t) => {
    const api = await start(t);
    for (const [origin, own] of originsOf(api)) {
      const credentials: Record<string, string>[] = [
        { authorization: `Bearer ${api.secret}`, 'sec-websocket-protocol': WIRE_SUBPROTOCOL },
        { 'sec-websocket-protocol': protocolsWith(await api.give()) },
      ];
      for (const headers of credentials) {
        const answer = await shakeHands(api.port, { ...headers, origin });
        if (own) assert.match(answer, /^HTTP\/1\.1 101 /, origin);
        else assert.equal(refusalOf(answer), '403 not_permitted', JSON.stringify(origin));
      }
    }
  });

  it('change and read nothing', async (t) => {
    const api = await start(t);
    for (const [origin, own] of originsOf(api)) {
      for (const [method, path, body] of [
        ['POST', '/v1/tickets', { channel: 'logs', app: 'shop' }],
        ['GET', '/v1/apps/shop', undefined],
        ['GET', '/v1/version', undefined],
      ] as const) {
        const { status, json } = await sendRequest({
          port: api.port,
          method,
          path,
          token: api.secret,
          headers: { origin },
          ...(body === undefined ? {} : { body }),
        });
        if (own) assert.notEqual(status, 403);
        else assert.equal(json.error?.code, 'not_permitted', `${method} ${path} from ${origin}`);
      }
    }
  });

  it('of a name that was rebound to this machine are refused by their Host', async (t) => {
    const api = await start(t);
    const answer = await shakeHands(api.port, {
      host: `evil.example:${api.port}`,
      origin: `http://evil.example:${api.port}`,
      'sec-websocket-protocol': protocolsWith(await api.give()),
    });
    assert.equal(refusalOf(answer), '403 not_permitted');
  });
});
