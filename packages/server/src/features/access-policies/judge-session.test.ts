import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Role } from '@rig-ops/contract/access';
import type { AccessPolicy } from '@rig-ops/contract/resources';
import { callerNamed } from '../access/testing/caller-named.ts';
import { type Judged, judgeSession, rejudgeSession } from './judge-session.ts';

/** A Thursday. */
const now = new Date('2026-11-26T12:00:00Z');
const target = { kind: 'app', id: 'app_1', app: 'shop', network: 'default' } as const;

const caller = (user: string, role?: Role) => ({
  ...callerNamed(user),
  grants:
    role === undefined
      ? []
      : [
          {
            id: 'bnd_1',
            userId: `usr_${user}`,
            role,
            scope: { kind: 'network', network: 'default' } as const,
            createdAt: '',
            createdBy: 'ann',
          },
        ],
});

const asked = (more: Partial<Judged> = {}): Judged => ({
  identity: caller('bob', 'operator'),
  kind: 'command',
  target,
  argv: ['rake', 'db:migrate'],
  env: {},
  cwd: null,
  reason: null,
  ...more,
});

const judge = (policies: AccessPolicy[], more: Partial<Judged> = {}) =>
  judgeSession(
    policies.map((policy, index) => ({ target: ['network/default', 'app/shop'][index] ?? '', policy })),
    asked(more),
    now,
  );

const refuses = (code: string, policies: AccessPolicy[], more: Partial<Judged> = {}) =>
  assert.throws(() => judge(policies, more), { code, exitCode: 5 });

const hours = (from: string, to: string): AccessPolicy => ({
  hours: [{ days: ['thu'], from, to, zone: 'UTC' }],
});

const again = (policy: AccessPolicy) => rejudgeSession([{ target: 'app/shop', policy }], asked(), now);

describe('what policies make of a session', () => {
  it('nothing, where they ask nothing', () => {
    assert.deepEqual(judge([]), {
      limits: { maximumSeconds: null, idleSeconds: null },
      recording: 'off',
      needsApproval: false,
    });
    assert.deepEqual(judge([{}, {}]), judge([]));
  });

  it('takes the stricter of two, whichever has it', () => {
    const strict: AccessPolicy = {
      recording: 'required',
      maximumSeconds: 600,
      idleSeconds: 60,
      approval: 'required',
    };
    const mild: AccessPolicy = {
      recording: 'off',
      maximumSeconds: 3_600,
      idleSeconds: 3_600,
      approval: 'none',
    };
    const expected = {
      limits: { maximumSeconds: 600, idleSeconds: 60 },
      recording: 'required',
      needsApproval: true,
    };
    assert.deepEqual(judge([strict, mild]), expected);
    assert.deepEqual(judge([mild, strict]), expected);
    assert.equal(judge([{ recording: 'optional' }, {}]).recording, 'optional');
  });

  it('lets in who is named, or has a role that is, at both', () => {
    judge([{ users: ['bob'] }]);
    judge([{ roles: ['operator'] }]);
    judge([{ users: ['eve'], roles: ['operator'] }]);
    judge([{ users: ['bob'] }, { roles: ['operator'] }]);
    refuses('policy_user_refused', [{ users: ['eve'] }]);
    refuses('policy_user_refused', [{ users: [] }]);
    refuses('policy_user_refused', [{ roles: ['admin'] }]);
    refuses('policy_user_refused', [{ users: ['bob'] }, { users: ['eve'] }]);
    refuses('policy_user_refused', [{ roles: ['operator'] }], { identity: caller('bob') });
    // The owner and administrators are no exception.
    refuses('policy_user_refused', [{ users: ['eve'] }], {
      identity: { ...caller('ann', 'admin'), owner: true },
    });
  });

  it('allows the kinds of access that both name', () => {
    judge([{ kinds: ['command'] }]);
    refuses('policy_kind_refused', [{ kinds: ['shell'] }]);
    refuses('policy_kind_refused', [{ kinds: ['command', 'copy'] }, { kinds: ['copy'] }]);
    judge([{ kinds: ['forward'] }], { kind: 'forward', argv: null });
  });

  it('denies a command whatever is allowed, and by its path too', () => {
    const policy: AccessPolicy = { allow: [['**']], deny: [['rake', 'db:drop*', '**']] };
    judge([policy]);
    refuses('policy_command_refused', [policy], { argv: ['rake', 'db:drop:all', '--trace'] });
    refuses('policy_command_refused', [policy], { argv: ['./bin/rake', 'db:drop'] });
    refuses('policy_command_refused', [{ allow: [['rake', '*']] }, { deny: [['rake', '**']] }]);
  });

  it('allows only what each list names, without variables or another folder, and no shell', () => {
    const policy: AccessPolicy = { allow: [['rake', 'db:*'], ['uptime']] };
    judge([policy]);
    judge([policy], { argv: ['uptime'] });
    refuses('policy_command_refused', [policy], { argv: ['rake', 'db:migrate', 'x'] });
    refuses('policy_command_refused', [policy], { argv: ['./rake', 'db:migrate'] });
    refuses('policy_command_refused', [policy], { argv: ['sh', '-c', 'rake db:migrate'] });
    refuses('policy_command_refused', [policy], { env: { PATH: '/tmp' } });
    refuses('policy_command_refused', [policy], { cwd: 'elsewhere' });
    refuses('policy_command_refused', [policy, { allow: [['uptime']] }]);
    refuses('policy_kind_refused', [policy], { kind: 'shell', argv: null });
    refuses('policy_command_refused', [{ allow: [] }]);
    judge([policy], { kind: 'forward', argv: null });
    judge([{ deny: [['rm', '**']] }], { kind: 'shell', argv: null });
  });

  it('wants a reason where one does, and words in it', () => {
    refuses('policy_reason_required', [{ reason: 'required' }, { reason: 'optional' }]);
    refuses('policy_reason_required', [{}, { reason: 'required' }], { reason: ' \n' });
    judge([{ reason: 'required' }], { reason: 'a customer called' });
  });

  it('opens within hours of both, and ends with the first to close', () => {
    assert.equal(judge([hours('09:00', '17:00')]).limits.maximumSeconds, 5 * 3_600);
    assert.equal(judge([hours('09:00', '17:00'), hours('11:00', '13:00')]).limits.maximumSeconds, 3_600);
    assert.equal(judge([hours('09:00', '17:00'), { maximumSeconds: 60 }]).limits.maximumSeconds, 60);
    refuses('policy_outside_hours', [hours('09:00', '17:00'), hours('13:00', '14:00')]);
    refuses('policy_outside_hours', [{ hours: [] }]);
  });

  it('looks again at who, kind and hours of what is under way', () => {
    again({ reason: 'required', approval: 'required', allow: [['other']] });
    assert.throws(() => again({ users: ['eve'] }), { code: 'policy_user_refused' });
    assert.throws(() => again({ kinds: ['shell'] }), { code: 'policy_kind_refused' });
    assert.throws(() => again({ hours: [{ days: ['fri'], from: '00:00', to: '24:00', zone: 'UTC' }] }), {
      code: 'policy_outside_hours',
    });
  });
});
