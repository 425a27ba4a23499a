import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type Access, type Role, roles, verbs } from '@rig-ops/contract/access';
import { channelKinds } from '@rig-ops/contract/channels';
import { CONNECT_PATH, type Route, routes } from '@rig-ops/contract/routes';
import { Connection, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { WebSocket } from 'ws';
import { sendRequest } from '../../testing/send-request.ts';
import { TEST_TOKEN } from '../../testing/test-token.ts';
import type { Scope } from './decide.ts';
import { type Column, type MatrixRow, readMatrix, readVerbs } from './testing/read-matrix.ts';
import { BUILD, DEPLOY, REACHED, SESSION, startMatrixApi } from './testing/start-matrix-api.ts';

const DIGEST = 'a'.repeat(64);
const PATH: Record<string, string> = {
  app: 'shop',
  bundle: DIGEST,
  pack: DIGEST,
  build: BUILD,
  deploy: DEPLOY,
  version: '1',
  tag: 'stable',
  code: 'BCDF-GHJK',
  user: 'victim',
  drain: 'siem',
  webhook: 'chat',
  delivery: 'msg_00000000000000',
  network: 'default',
  approval: 'apr_00000000000000',
  session: SESSION,
  login: 'blg_00000000000000',
  browser: 'brs_00000000000000',
  event: '1',
};
const BODY: Record<string, object> = {
  createApp: { name: 'fresh' },
  createNetwork: { name: 'staging' },
  tagRelease: { version: 1 },
  pruneReleases: { keep: 1 },
  scaleApp: { processes: { web: 1 } },
  createWebhook: { name: 'chat', url: 'https://hooks.example.com/', events: ['*'] },
  updateWebhook: { events: ['*'] },
  createAuditDrain: { name: 'siem', url: 'syslog://logs.example.com' },
  grantRole: { user: 'victim', role: 'viewer', target: 'app/shop' },
  redeemBrowserLogin: { ticket: 'x' },
  grantArtifact: { key: 'x' },
  createTicket: { channel: 'logs', app: 'shop' },
  setAccessPolicy: { target: 'app/shop', policy: {}, revision: 0 },
  revokeRole: { user: 'victim', role: 'viewer', target: 'app/shop' },
};
const QUERY: Record<string, string> = {
  explainAccess: '?user=victim&verb=app.read&target=app/shop',
  getAccessPolicy: '?target=app/shop',
};
const CHANNEL: Record<string, object> = {
  logs: { app: 'shop' },
  'deploy-events': { deploy: DEPLOY },
  forward: { app: 'shop', port: 1 },
  shell: { app: 'shop', terminal: { columns: 80, rows: 24, term: 'xterm' } },
  copy: { app: 'shop', direction: 'out', path: 'x' },
  command: { app: 'shop', argv: ['id'] },
  attach: { session: SESSION },
};

interface Door {
  readonly name: string;
  readonly access: Access;
  /** The code of the error it answers. */
  knock(port: number, token: string | undefined, victimToken: string): Promise<string>;
}

const routeDoors: Door[] = (Object.entries(routes) as [string, Route][]).map(([key, route]) => ({
  name: `${route.method} ${route.path}`,
  access: route.access,
  async knock(port, token, victimToken) {
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
      name === 'token' ? victimToken : (PATH[name] ?? assert.fail(`no example of :${name}`)),
    );
    const { json, status } = await sendRequest({
      port,
      method: route.method,
      path: path + (QUERY[key] ?? ''),
      ...(token === undefined ? {} : { token }),
      ...(route.body === undefined ? {} : { body: BODY[key] ?? {} }),
    });
    return json.error?.code ?? `status ${status}`;
  },
}));

const channelDoors: Door[] = Object.entries(channelKinds).map(([kind, { access }]) => ({
  name: `channel ${kind}`,
  access,
  async knock(port, token) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${CONNECT_PATH}`, WIRE_SUBPROTOCOL, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    const refused = once(socket, 'unexpected-response') as Promise<[unknown, IncomingMessage]>;
    const adapted = messageSocketOfWs(socket);
    refused.catch(() => undefined);
    const first = await Promise.race([refused, once(socket, 'open').then(() => undefined)]);
    if (first !== undefined) {
      const chunks: Buffer[] = [];
      for await (const chunk of first[1]) chunks.push(chunk as Buffer);
      return (JSON.parse(Buffer.concat(chunks).toString()) as { error: { code: string } }).error.code;
    }
    const connection = new Connection(adapted, { role: 'client' });
    const params = CHANNEL[kind] ?? assert.fail(`no example of the channel ${kind}`);
    const code = await connection.open(kind, params).accepted.then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
    await connection.close();
    return code;
  },
}));

const doors = [...routeDoors, ...channelDoors];
const NOT_THERE = [
  'app_not_found',
  'build_not_found',
  'deploy_not_found',
  'user_not_found',
  'token_not_found',
  'session_not_found',
];
const REFUSED = [
  ...NOT_THERE,
  'not_permitted',
  'not_authenticated',
  'token_expired',
  'token_revoked',
  'user_disabled',
  'too_many_failures',
];

/** What somebody is told who may not: that it takes a verb, or that there is no such thing. */
const refusalsOf = ({ on }: MatrixRow, seesShop: boolean): string[] => {
  if (on === 'user') return NOT_THERE;
  // Who may see sessions knows that there is one.
  if (on === 'session') return [...NOT_THERE, 'not_permitted'];
  if (on === 'app' || on === 'target') return seesShop ? ['not_permitted'] : NOT_THERE;
  return ['not_permitted'];
};

const byColumn = (column: Column, seesShop: boolean) => (row: MatrixRow) =>
  row.allowed[column] ? 'reached' : refusalsOf(row, seesShop);

const closed =
  (...codes: string[]) =>
  ({ allowed }: MatrixRow) =>
    allowed.anonymous ? 'reached' : codes;

describe('the matrix of docs/access.md', () => {
  const matrix = readMatrix();
  const rowOf = (door: Door) => matrix.find(({ name }) => name === door.name) ?? assert.fail(door.name);

  it('names every route and channel, with what it takes, and nothing else', () => {
    const written = matrix.map(({ name, verb, on }) => `${name}: ${verb} ${on}`);
    const real = doors.map(({ name, access }) =>
      typeof access === 'string' ? `${name}: ${access} -` : `${name}: ${access.verb} ${access.on}`,
    );
    assert.deepEqual(written.toSorted(), real.toSorted(), 'docs/access.md and the contract differ');
  });

  it('tells what each role allows', () => {
    const real = Object.entries(verbs).map(([verb, allows]) => ({
      verb,
      allows,
      roles: (Object.keys(roles) as Role[]).filter((role) =>
        (roles[role] as readonly string[]).includes(verb),
      ),
    }));
    assert.deepEqual(readVerbs(), real);
  });

  for (const isolated of [true, false]) {
    describe(isolated ? 'where apps are isolated' : 'where apps are not isolated', () => {
      let api: Awaited<ReturnType<typeof startMatrixApi>>;
      let victimToken: string;
      before(async () => {
        api = await startMatrixApi({ isolated });
        const victim = await api.addUser('victim', []);
        victimToken = (await api.issue(victim.id)).token.id;
      });

      after(() => api.close());

      const expectEach = async (
        who: string,
        token: string | undefined,
        expected: (row: MatrixRow) => readonly string[] | 'reached',
      ) => {
        for (const door of doors) {
          const reachedBefore = api.reached();
          const code = await door.knock(api.port, token, victimToken);
          const reached = api.reached() > reachedBefore;
          const codes = expected(rowOf(door));
          if (codes === 'reached') {
            // An example that is too simple for a route may fail behind the door; it was let in.
            assert.ok(!REFUSED.includes(code), `${who} at ${door.name}: ${code}`);
            if (door.access !== 'anyone' && code !== 'invalid_input') assert.equal(code, REACHED);
          } else {
            assert.ok(
              codes.includes(code),
              `${who} at ${door.name}: ${code}, expected ${codes.join(' or ')}`,
            );
            assert.equal(reached, false, `${who} reached the handler of ${door.name}`);
          }
        }
      };
      const tokenOf = async (name: string, grants: { role: Role; scope: Scope }[]) =>
        (await api.issue((await api.addUser(name, grants)).id)).secret;
      it('holds for roles at the platform, for nobody in particular and without a token', async () => {
        await expectEach('anonymous', undefined, ({ allowed }) =>
          allowed.anonymous ? 'reached' : ['not_authenticated'],
        );
        await expectEach('no role', await tokenOf('nobody', []), byColumn('no role', false));
        for (const role of api.roles) {
          const token = await tokenOf(`${role}-everywhere`, [{ role, scope: { kind: 'platform' } }]);
          await expectEach(role, token, byColumn(role, true));
        }
        await expectEach('owner', TEST_TOKEN, byColumn('admin', true));
      });

      it('holds for roles at the app and its network, as far as they may end there', async () => {
        for (const role of api.roles) {
          const scopes: Scope[] = [
            { kind: 'app', appId: api.apps.shop.id },
            { kind: 'network', network: 'default' },
          ];
          for (const scope of scopes) {
            const token = await tokenOf(`${role}-${scope.kind}-here`, [{ role, scope }]);
            const inert = !isolated && role !== 'viewer';
            await expectEach(`${role} at ${scope.kind}`, token, (row) => {
              const reaches =
                ['app', 'session', 'target'].includes(row.on) ||
                (row.on === 'network' && scope.kind === 'network');
              const column = inert || !reaches ? 'no role' : role;
              return row.allowed[column] ? 'reached' : refusalsOf(row, !inert);
            });
          }
        }
      });

      it('holds for roles elsewhere: as if there were none', async () => {
        for (const role of api.roles) {
          const scopes: Scope[] = [
            { kind: 'app', appId: api.apps.other.id },
            { kind: 'network', network: 'elsewhere' },
          ];
          for (const scope of scopes) {
            const token = await tokenOf(`${role}-${scope.kind}-elsewhere`, [{ role, scope }]);
            await expectEach(`${role} at another ${scope.kind}`, token, byColumn('no role', false));
          }
        }
      });

      it('is closed to whoever was an administrator', async () => {
        const admin = [{ role: 'admin' as const, scope: { kind: 'platform' as const } }];
        const disabled = await api.addUser('was-disabled', admin);
        const { secret: ofDisabled } = await api.issue(disabled.id);
        await api.access.users.setDisabled(disabled.id, new Date().toISOString());
        await expectEach('a disabled user', ofDisabled, closed('user_disabled'));

        const user = await api.addUser('was-admin', admin);
        const past = new Date(Date.now() - 1_000).toISOString();
        await expectEach(
          'an expired token',
          (await api.issue(user.id, past)).secret,
          closed('token_expired'),
        );
        const { secret, token } = await api.issue(user.id);
        await Promise.all([api.access.issuer.revoke(token.id), api.access.issuer.revoke(token.id)]);
        await expectEach('a revoked token', secret, closed('token_revoked'));
        await expectEach('an unknown token', `${secret}x`, closed('not_authenticated', 'too_many_failures'));
      });
    });
  }
});
