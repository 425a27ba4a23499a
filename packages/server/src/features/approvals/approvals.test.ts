import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { TEST_TOKEN } from '../../testing/test-token.ts';
import type { Caller } from '../access/caller.ts';
import { createAccess } from '../access/index.ts';
import { createSessionPolicy } from '../access-policies/create-session-policy.ts';
import type { SessionRequest } from '../access-policies/session-policy.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import type { NewAuditEvent } from '../audit/audit-log.ts';
import { SqlEventLog } from '../events/sql-event-log.ts';
import { SqlNetworkStore } from '../networks/sql-network-store.ts';

const createdAt = '2026-01-02T03:04:05.678Z';
const shop = { id: 'app_shop', name: 'shop', network: 'default', createdAt };
const target = { kind: 'app', id: shop.id, app: 'shop', network: 'default' } as const;

async function start() {
  const db = await openDatabase(':memory:');
  let now = Date.parse('2026-11-26T12:00:00Z');
  const clock = { now: () => new Date(now) };
  const apps = new SqlAppStore(db);
  await apps.create(shop);
  const access = await createAccess({
    db,
    apps,
    sessions: { get: async () => undefined },
    networks: new SqlNetworkStore(db),
    deployments: { appOfBuild: async () => undefined, appOfDeploy: async () => undefined },
    engine: { capabilities: { isolated: true }, isolationProblem: () => null },
    owner: { name: 'ann', token: TEST_TOKEN },
    clock,
    log: new MemoryLog().logger,
  });
  const audited: NewAuditEvent[] = [];
  const { policy, routes } = createSessionPolicy({
    db,
    apps,
    access,
    audit: { append: async (event: NewAuditEvent) => void audited.push(event) } as never,
    events: new SqlEventLog(db, clock),
    clock,
  });
  const user = async (name: string, role: 'operator' | 'viewer'): Promise<Caller> => {
    const id = `usr_${name}`;
    await access.users.create({ id, name, kind: 'user', createdAt, createdBy: 'ann', disabledAt: null });
    await access.bindings.add({
      id: `bnd_${name}`,
      userId: id,
      role,
      scope: { kind: 'app', appId: shop.id },
      createdAt,
      createdBy: 'ann',
    });
    const { secret } = await access.issuer.issue({
      userId: id,
      name: 't',
      expiresAt: null,
      createdBy: 'ann',
    });
    return access.authenticator.authenticate(`Bearer ${secret}`);
  };
  const request = { query: {}, body: undefined, requestId: 'req_1', signal: new AbortController().signal };
  const set = (rules: AccessPolicy, revision = 0, at = 'app/shop') =>
    routes.setAccessPolicy({
      ...request,
      params: undefined,
      query: {},
      body: { target: at, policy: rules, revision },
      identity: ann,
    });
  const ann = await access.authenticator.authenticate(`Bearer ${TEST_TOKEN}`);
  await set({ approval: 'required' });
  const decideAs = (who: Caller, id: string, verdict: 'approveSession' | 'denySession' = 'approveSession') =>
    routes[verdict]({
      ...request,
      query: {},
      params: { approval: id },
      body: { reason: 'fine' },
      identity: who,
    });
  const list = async (who: Caller, all = false) =>
    (await routes.listApprovals({ ...request, params: undefined, query: { all }, identity: who })).approvals;
  const open = (who: Caller, more: Partial<SessionRequest> = {}) =>
    policy.decide({
      identity: who,
      source: { client: '10.0.0.1', invocationId: null },
      requestId: 'req_1',
      kind: 'command',
      target,
      argv: ['rake', 'db:migrate'],
      env: {},
      cwd: null,
      particulars: {},
      reason: 'because',
      approval: null,
      ...more,
    });
  const askedFor = async (who: Caller, more: Partial<SessionRequest> = {}): Promise<string> => {
    const error = await open(who, more).then(
      () => assert.fail('it was let in'),
      (thrown: { code: string; details: { approval: string } }) => thrown,
    );
    assert.equal(error.code, 'approval_required');
    return error.details.approval;
  };
  return {
    access,
    audited,
    ann,
    bob: await user('bob', 'operator'),
    eve: await user('eve', 'operator'),
    vic: await user('vic', 'viewer'),
    set,
    open,
    askedFor,
    decideAs,
    list,
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
  };
}

describe('a session that somebody else has to approve', () => {
  it('waits for it, begins once with it, and both are in the audit log', async () => {
    const { open, askedFor, bob, eve, decideAs, list, audited } = await start();
    const id = await askedFor(bob);
    assert.equal(await askedFor(bob), id, 'asking again asks for nothing new');
    assert.deepEqual(
      (await list(eve)).map(({ state, user, argv, reason }) => [state, user, argv, reason]),
      [['pending', 'bob', ['rake', 'db:migrate'], 'because']],
    );
    const approved = await decideAs(eve, id);
    assert.deepEqual(
      [approved.state, approved.decidedBy, approved.decisionReason],
      ['approved', 'eve', 'fine'],
    );
    assert.deepEqual((await open(bob)).approval, { id, by: 'eve' });
    assert.notEqual(await askedFor(bob), id, 'it is used up');
    await assert.rejects(open(bob, { approval: id }), { code: 'approval_unusable', message: /was used/ });
    assert.deepEqual(
      audited
        .map(({ action, user, target: of, details }) => [action, user, of, details.approval])
        .slice(0, 1),
      [['approval.request', 'bob', 'app/shop', id]],
    );
  });

  it('is not decided by who asks, whatever the token, nor by who may not', async () => {
    const { askedFor, access, bob, eve, vic, decideAs } = await start();
    const id = await askedFor(bob);
    await assert.rejects(decideAs(bob, id), { code: 'approval_own' });
    const { secret } = await access.issuer.issue({
      userId: bob.userId,
      name: 'other',
      expiresAt: null,
      createdBy: 'bob',
    });
    const again = await access.authenticator.authenticate(`Bearer ${secret}`);
    await assert.rejects(decideAs(again, id), { code: 'approval_own' });
    await assert.rejects(decideAs(vic, id), { code: 'approval_not_found' });
    await assert.rejects(decideAs(eve, 'apr_nothing'), { code: 'approval_not_found' });
  });

  it('is for its user, target, kind and every word of the command alone', async () => {
    const { open, askedFor, bob, eve, decideAs, set } = await start();
    // At every app, so that another one asks as well.
    await set({ approval: 'required' }, 0, 'network/default');
    const id = await askedFor(bob);
    await decideAs(eve, id);
    for (const more of [
      { argv: ['rake', 'db:drop'] },
      { argv: ['rake', 'db:migrate', ''] },
      { argv: ['rake db:migrate'] },
      { env: { PATH: '/tmp' } },
      { cwd: 'elsewhere' },
      { kind: 'shell', argv: null },
      { particulars: { user: 'root' } },
      { target: { kind: 'app', id: 'app_other', app: 'shop', network: 'default' } },
    ] satisfies Partial<SessionRequest>[]) {
      await assert.rejects(
        open(bob, { ...more, approval: id }),
        { code: 'approval_unusable', message: /something else/ },
        JSON.stringify(more),
      );
    }
    await assert.rejects(open(eve, { approval: id }), { code: 'approval_not_found' });
    assert.deepEqual((await open(bob, { approval: id })).approval, { id, by: 'eve' });
  });

  it('of two at once with one approval, one begins', async () => {
    const { open, askedFor, bob, eve, decideAs } = await start();
    const first = await askedFor(bob);
    const decisions = await Promise.allSettled([decideAs(eve, first), decideAs(eve, first, 'denySession')]);
    assert.deepEqual(decisions.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    // Whichever came first.
    const denied = decisions[0].status === 'rejected';
    const id = denied ? await askedFor(bob) : first;
    if (denied) await decideAs(eve, id);
    const outcomes = await Promise.allSettled([open(bob, { approval: id }), open(bob, { approval: id })]);
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await assert.rejects(decideAs(eve, id), { code: 'approval_decided' });
  });

  it('says when it was denied, by whom and why', async () => {
    const { open, askedFor, bob, eve, decideAs } = await start();
    const id = await askedFor(bob);
    await decideAs(eve, id, 'denySession');
    await assert.rejects(open(bob, { approval: id }), {
      code: 'approval_denied',
      message: /eve denied .*: fine/,
    });
    await assert.rejects(decideAs(eve, id), { code: 'approval_decided' });
    assert.notEqual(await askedFor(bob), id);
  });

  it('expires, waiting or approved', async () => {
    const { open, askedFor, bob, eve, decideAs, list, pass } = await start();
    const waiting = await askedFor(bob);
    pass(3_600);
    await assert.rejects(decideAs(eve, waiting), { code: 'approval_decided' });
    assert.deepEqual(await list(eve), []);
    assert.equal((await list(eve, true))[0]?.state, 'expired');
    const id = await askedFor(bob);
    await decideAs(eve, id);
    pass(15 * 60);
    await assert.rejects(open(bob, { approval: id }), { code: 'approval_unusable', message: /expired/ });
    await askedFor(bob);
  });

  it('does not count when its approver may not approve any more', async () => {
    const { open, askedFor, access, bob, eve, decideAs } = await start();
    const id = await askedFor(bob);
    await decideAs(eve, id);
    await access.users.setDisabled(eve.userId, createdAt);
    await assert.rejects(open(bob, { approval: id }), { code: 'approval_unusable' });
  });

  it('is not asked for by what another rule refuses, nor without end', async () => {
    const { open, askedFor, bob, eve, set, list } = await start();
    await set({ approval: 'required', deny: [['rm', '**']] }, 1);
    await assert.rejects(open(bob, { argv: ['rm', 'x'] }), { code: 'policy_command_refused' });
    assert.deepEqual(await list(eve), []);
    for (let count = 0; count < 20; count += 1) await askedFor(bob, { argv: ['echo', String(count)] });
    await assert.rejects(open(bob, { argv: ['echo', 'more'] }), { code: 'too_many_approvals' });
    await askedFor(eve);
  });

  it('keeps what looks like a secret from those who decide', async () => {
    const { askedFor, bob, eve, list, audited } = await start();
    await askedFor(bob, { argv: ['psql', '--password', 'hunter2'], env: { PGPASSWORD: 'hunter3' } });
    const [asked] = await list(eve);
    assert.deepEqual(asked?.details, { env: 'PGPASSWORD' });
    assert.doesNotMatch(JSON.stringify([await list(eve, true), audited]), /hunter/);
  });
});
