import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { MemoryLog } from '../../testing/memory-log.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { AccessChanges } from '../access/access-changes.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import { type LiveSession, SessionReauthorizer } from './session-reauthorizer.ts';

const session = (id: string, more: Partial<LiveSession> = {}): LiveSession => ({
  id,
  kind: 'shell',
  userId: 'usr_bob',
  tokenId: 'tok_1',
  appId: 'app_1',
  network: 'default',
  ...more,
});

const operator = {
  id: 'bnd_1',
  userId: 'usr_bob',
  role: 'operator' as const,
  scope: { kind: 'platform' as const },
  createdAt: '',
  createdBy: 'ann',
};

const start = (t: TestContext, lookEveryMs = 1_000_000) => {
  const live = new Map([session('ses_1'), session('ses_2', { appId: null })].map((each) => [each.id, each]));
  const ended: string[] = [];
  const state = {
    role: true,
    renew: undefined as Error | undefined,
    policy: undefined as Error | undefined,
    looks: 0,
  };
  const changes = new AccessChanges();
  const log = new MemoryLog();
  const reauthorizer = new SessionReauthorizer({
    live: async () => {
      state.looks += 1;
      return [...live.values()];
    },
    end: async ({ id }, { code }) => {
      ended.push(`${id} ${code}`);
      live.delete(id);
    },
    renew: async () => {
      if (state.renew !== undefined) throw state.renew;
      return { ...callerNamed('bob'), grants: state.role ? [operator] : [] };
    },
    apps: { getById: async (id) => (id === 'app_1' ? { id, name: 'shop', network: 'default' } : undefined) },
    policy: {
      recheck: async ({ target }) => {
        if (state.policy !== undefined && target.kind === 'app') throw state.policy;
      },
    },
    changes,
    log: log.logger,
    lookEveryMs,
  });
  t.after(() => reauthorizer.stop());
  reauthorizer.start();
  return { live, ended, state, changes, log, reauthorizer };
};

it('leaves what is allowed, and what has lost its app to the end of its instance', async (t) => {
  const { live, ended, state, changes } = start(t);
  live.set('ses_3', session('ses_3', { appId: 'app_gone' }));
  await waitUntil(() => state.looks > 0, 'the first look');
  const before = state.looks;
  changes.tell('usr_bob');
  await waitUntil(() => state.looks > before, 'it to look again');
  assert.deepEqual(ended, []);
});

it('ends all of a user whose token, account or role is gone, at once where that is told', async (t) => {
  const { ended, state, changes } = start(t);
  state.renew = new RigError('token_revoked', 'Revoked.');
  changes.tell('usr_bob');
  await waitUntil(() => ended.length === 2, 'the sessions to end');
  assert.deepEqual(ended, ['ses_1 token_revoked', 'ses_2 token_revoked']);
});

it('finds out by itself what nobody tells', async (t) => {
  const { ended, state } = start(t, 5);
  await waitUntil(() => state.looks > 0, 'the first look');
  state.role = false;
  await waitUntil(() => ended.length === 2, 'the sessions to end');
  assert.deepEqual(ended.toSorted(), ['ses_1 not_permitted', 'ses_2 not_permitted']);
});

it('ends what a changed policy lets in no longer, and nothing else', async (t) => {
  const { ended, state, changes } = start(t);
  state.policy = new RigError('policy_user_refused', 'Not bob.');
  changes.tellAll();
  await waitUntil(() => ended.length === 1, 'the session to end');
  assert.deepEqual(ended, ['ses_1 policy_user_refused']);
});

it('ends nothing because something is broken, and says so', async (t) => {
  const { ended, state, changes, log } = start(t);
  state.renew = new Error('The disk is full');
  changes.tellAll();
  await waitUntil(() => log.lines.some(({ level }) => level === 'error'), 'a line in the log');
  state.renew = undefined;
  state.policy = new RigError('policy_outside_hours', 'Later.');
  changes.tellAll();
  await waitUntil(() => ended.length === 1, 'the session to end');
});
