import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccessPolicy, Approval, AuditEvent, Session, Ticket } from '@rig-ops/contract/resources';
import { type Answer, openRaw, request } from '../support/raw-access.ts';
import { collect, until, User } from '../support/rig.ts';

const APP = 'hello-node';
const SLEEP = ['sleep', '600'];
let user: User;
let url: string;
const tokens: Record<string, string> = {};

before(async () => {
  user = new User();
  await user.json(['deploy', user.example(APP), '--yes']);
  ({ url } = await user.json<{ url: string }>(['platform', 'status']));
  tokens.ann = (await user.json<{ token: string }>(['tokens', 'create', 'mine'])).token;
  for (const [name, role] of [
    ['bob', 'operator'],
    ['eve', 'operator'],
    ['vic', 'viewer'],
  ] as const) {
    await as('ann', 'POST', '/v1/users', { name, kind: 'user' });
    await as('ann', 'POST', '/v1/access/grants', { user: name, role, target: 'platform' });
    const { body } = await as('ann', 'POST', `/v1/users/${name}/tokens`, { name, expiresInSeconds: 600 });
    tokens[name] = String(body.token);
  }
});
after(() => user.close());

const as = (name: string, ...what: [method: string, path: string, body?: object]): Promise<Answer> =>
  request(url, tokens[name] ?? '', what);

const setPolicy = async (policy: AccessPolicy, target = `app/${APP}`) => {
  const { body } = await as('ann', 'GET', `/v1/access/policy?target=${target}`);
  const set = await as('ann', 'PUT', '/v1/access/policy', { target, policy, revision: body.revision });
  assert.equal(set.status, 200, JSON.stringify(set.body));
};

const ticketOf = async (name: string, channel = 'command'): Promise<string> => {
  const { status, body } = await as(name, 'POST', '/v1/tickets', { channel, app: APP });
  assert.equal(status, 201, JSON.stringify(body));
  return (body as unknown as Ticket).ticket;
};

/** Begins a command by hand and ends it. @returns `accepted`, or why not */
const attempt = async (name: string, argv: string[], more: object = {}): Promise<string> => {
  const { code, end } = await openRaw(url, await ticketOf(name), ['command', { app: APP, argv, ...more }]);
  end();
  return code;
};

const env = (name: string) => ({ env: { RIG_URL: url, RIG_TOKEN: tokens[name] ?? '' } });

/** How `rig command` of the owner is refused: the code, and its exit code. */
const refusal = async (argv: string[]): Promise<[string | undefined, number | null]> => {
  const { code, stdout } = await user.run(['command', APP, '-o', 'json', '--', ...argv]);
  return [(JSON.parse(stdout) as { error?: { code: string } }).error?.code, code];
};

const audited = async (action: string): Promise<AuditEvent[]> =>
  ((await as('ann', 'GET', `/v1/audit?action=${action}`)).body as unknown as { events: AuditEvent[] }).events;

/** Begins one that goes on, and leaves it. @returns its id */
const leaveRunning = async (name: string, more: object = {}): Promise<string> => {
  const { accepted, code, end } = await openRaw(url, await ticketOf(name), [
    'command',
    { app: APP, argv: SLEEP, detach: true, ...more },
  ]);
  assert.equal(code, 'accepted');
  end();
  return String(accepted?.session);
};
const sessionOf = async (id: string): Promise<Session> =>
  (await as('ann', 'GET', `/v1/sessions/${id}`)).body as unknown as Session;
const isRevoked = async (id: string): Promise<boolean> => (await sessionOf(id)).end === 'revoked';
const reasons = async (): Promise<Map<unknown, unknown>> =>
  new Map((await audited('session.revoke')).map(({ details }) => [details.session, details.because]));

describe('policies, past the command line', () => {
  it('let in what they let in, and nothing else, whatever opens it', async () => {
    await setPolicy({});
    assert.equal(await attempt('bob', ['true']), 'accepted');
    await setPolicy({ users: ['eve'] });
    assert.equal(await attempt('bob', ['true']), 'policy_user_refused');
    assert.equal(await attempt('eve', ['true']), 'accepted');
    assert.deepEqual(await refusal(['true']), ['policy_user_refused', 5]);
    await setPolicy({ deny: [['rm', '**']], reason: 'required' });
    assert.equal(await attempt('bob', ['true']), 'policy_reason_required');
    assert.equal(await attempt('bob', ['true'], { reason: 'looking' }), 'accepted');
    assert.equal(await attempt('bob', ['/bin/rm', 'x'], { reason: 'tidying' }), 'policy_command_refused');
    await setPolicy({ allow: [['node', '--version']] });
    assert.equal(await attempt('bob', ['node', '--version']), 'accepted');
    assert.equal(await attempt('bob', ['node', '-e', '1']), 'policy_command_refused');
    assert.equal(
      await attempt('bob', ['node', '--version'], { env: { NODE_OPTIONS: '-r ./x.js' } }),
      'policy_command_refused',
    );
    await setPolicy({ kinds: ['forward'] });
    assert.equal(await attempt('bob', ['true']), 'policy_kind_refused');
  });

  it('of the network hold for its apps, which cannot ask for less', async () => {
    await setPolicy({ reason: 'optional', users: ['bob'] });
    await setPolicy({ reason: 'required' }, 'network/default');
    assert.equal(await attempt('bob', ['true']), 'policy_reason_required');
    assert.equal(await attempt('eve', ['true'], { reason: 'x' }), 'policy_user_refused');
    await setPolicy({}, 'network/default');
    assert.equal(await attempt('bob', ['true']), 'accepted');
  });

  it('are not set by those they are for', async () => {
    const { body } = await as('bob', 'GET', `/v1/access/policy?target=app/${APP}`);
    const put = { target: `app/${APP}`, policy: {}, revision: body.revision };
    assert.equal((await as('bob', 'PUT', '/v1/access/policy', put)).body.error?.code, 'not_permitted');
    assert.equal((await as('vic', 'PUT', '/v1/access/policy', put)).status, 403);
    const [event] = await audited('access-policy.set');
    assert.deepEqual([event?.user, event?.result], ['vic', 'refused']);
    const stale = await user.json<{ revision: number }>(['access', 'policy', 'show', `app/${APP}`]);
    await setPolicy({ idleSeconds: 3_600 });
    const { token } = await user.json<{ token: string }>(['tokens', 'create', 'mine']);
    const late = await request(url, token, [
      'PUT',
      '/v1/access/policy',
      { ...put, revision: stale.revision },
    ]);
    assert.deepEqual([late.status, late.body.error?.code], [409, 'policy_changed']);
  });
});

const pending = async (name: string): Promise<Approval[]> =>
  ((await as(name, 'GET', '/v1/approvals')).body as unknown as { approvals: Approval[] }).approvals;

describe('a session that needs an approval', () => {
  it('is not approved by oneself, a viewer or anybody twice, and begins once', async () => {
    await setPolicy({ approval: 'required' });
    const argv = ['node', '--version'];
    assert.equal(await attempt('bob', argv), 'approval_required');
    const [asked] = await pending('eve');
    const id = asked?.id ?? '';
    assert.deepEqual([asked?.user, asked?.argv, asked?.state], ['bob', argv, 'pending']);
    const approve = async (name: string) =>
      (await as(name, 'POST', `/v1/approvals/${id}/approve`, {})).body.error?.code ?? 'approved';
    assert.equal(await approve('bob'), 'approval_own');
    const second = await as('ann', 'POST', '/v1/users/bob/tokens', { name: 'second', expiresInSeconds: 600 });
    const other = await request(url, String(second.body.token), ['POST', `/v1/approvals/${id}/approve`, {}]);
    assert.equal(other.body.error?.code, 'approval_own');
    assert.equal(await approve('vic'), 'approval_not_found');
    assert.equal(await attempt('bob', argv, { approval: id }), 'approval_required');
    assert.equal(await approve('eve'), 'approved');
    assert.equal(await approve('eve'), 'approval_decided');
    assert.equal(await attempt('bob', [...argv, 'x'], { approval: id }), 'approval_unusable');
    assert.equal(await attempt('eve', argv, { approval: id }), 'approval_not_found');
    assert.equal(await attempt('bob', argv), 'accepted');
    assert.equal(await attempt('bob', argv, { approval: id }), 'approval_unusable');
    const [request_] = await audited('approval.request');
    assert.deepEqual([request_?.user, request_?.details.approval], ['bob', id]);
    const decided = (await audited('approval.approve')).map(({ user: by, result, target }) => [
      by,
      result,
      target,
    ]);
    assert.ok(decided.some((each) => each.join() === `eve,succeeded,approval/${id}`));
    assert.ok(decided.some((each) => each.join() === `bob,refused,approval/${id}`));
  });

  it('is watched by others, and written to by nobody but who asked', async () => {
    assert.equal(await attempt('bob', SLEEP), 'approval_required');
    const [asked] = await pending('eve');
    await as('eve', 'POST', `/v1/approvals/${asked?.id ?? ''}/approve`, {});
    const session = await leaveRunning('bob');
    const attach = async (more: object) => {
      const { body } = await as('eve', 'POST', '/v1/tickets', { channel: 'attach', session });
      return await openRaw(url, (body as unknown as Ticket).ticket, ['attach', { session, ...more }]);
    };
    for (const more of [{ mode: 'write' }, { mode: 'write', steal: true }, { steal: true }]) {
      assert.equal((await attach(more)).code, 'policy_user_refused', JSON.stringify(more));
    }
    const watching = await attach({});
    assert.deepEqual([watching.code, watching.accepted?.mode], ['accepted', 'read']);
    await setPolicy({ approval: 'required', users: ['bob'] });
    assert.equal(await watching.over, 'policy_user_refused', 'also who only watches');
    assert.equal((await attach({})).code, 'policy_user_refused');
    await setPolicy({ approval: 'required' });
    assert.equal((await as('bob', 'POST', `/v1/sessions/${session}/kill`)).status, 202);
  });

  it('says what to do, from the command line too', async () => {
    const command = ['command', APP, '--', 'node', '-p', '6*7'];
    const { code, stderr } = await user.run(command, env('bob'));
    assert.equal(code, 5);
    const [, approval = ''] = /rig sessions approve (apr_\w+)/.exec(stderr) ?? assert.fail(stderr);
    await user.fails(['sessions', 'approve', approval], 'approval_own', 5, env('bob'));
    await user.json(['sessions', 'approve', approval], env('eve'));
    assert.equal((await user.run(command, env('bob'))).stdout, '42\n');

    // Or waits for it.
    const waiting = user.spawn(['command', APP, '--wait-approval', '--', 'cat'], env('bob'));
    waiting.stdin?.end('passed on');
    const outcome = collect(waiting);
    await until('the request', async () => (await pending('eve')).some(({ state }) => state === 'pending'));
    const asked = (await pending('eve')).find(({ state }) => state === 'pending');
    await as('eve', 'POST', `/v1/approvals/${asked?.id ?? ''}/approve`, {});
    const { code: approvedCode, stdout, stderr: told } = await outcome;
    assert.deepEqual([approvedCode, stdout], [0, 'passed on'], told);
    assert.match(told, /Waiting for somebody.*apr_[^]*eve has approved it/);
    await setPolicy({});
  });
});

describe('a session that runs with nobody attached', () => {
  it('ends when its user loses the role, the token or the account, and when a policy keeps them out', async () => {
    await setPolicy({});
    const spare = await as('ann', 'POST', '/v1/users/bob/tokens', { name: 'spare', expiresInSeconds: 600 });
    tokens.spare = String(spare.body.token);
    const [ofToken, ofBob, ofEve] = [
      await leaveRunning('spare'),
      await leaveRunning('bob'),
      await leaveRunning('eve'),
    ];
    assert.equal((await sessionOf(ofBob)).state, 'running');

    await as('ann', 'DELETE', `/v1/tokens/${String(spare.body.id)}`);
    await until('the session of the token to end', () => isRevoked(ofToken));
    assert.equal((await sessionOf(ofBob)).state, 'running', 'begun with another token');

    await setPolicy({ users: ['bob'] });
    await until('the session that the policy keeps out to end', () => isRevoked(ofEve));
    assert.equal((await sessionOf(ofBob)).state, 'running');

    await as('ann', 'POST', '/v1/access/revocations', { user: 'bob', role: 'operator', target: 'platform' });
    await until('the session of the role to end', () => isRevoked(ofBob));
    assert.equal((await as('bob', 'POST', '/v1/tickets', { channel: 'command', app: APP })).status, 404);

    await setPolicy({});
    const left = await leaveRunning('eve');
    await as('ann', 'POST', '/v1/users/eve/disable');
    await until('the session of the account to end', () => isRevoked(left));
    const because = await reasons();
    assert.deepEqual(
      [ofToken, ofEve, ofBob, left].map((id) => because.get(id)),
      ['token_revoked', 'policy_user_refused', 'not_permitted', 'user_disabled'],
    );
  });
});
