import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SessionLimits } from '@rig-ops/contract/channels';
import { SessionClock } from './session-clock.ts';
import type { SessionTimes } from './session-deadline.ts';

const SECOND = 1_000;

function start(limits: Partial<SessionLimits>, times: Partial<SessionTimes> = {}) {
  let now = 0;
  let timer: { at: number; call: () => void } | null = null;
  const told: string[] = [];
  const state: SessionTimes = {
    startedAt: 0,
    lastActiveAt: 0,
    lostAt: null,
    aloneAt: null,
    detach: false,
    timeoutMs: null,
    ...times,
  };
  const clock = new SessionClock({
    limits: {
      reconnectSeconds: 60,
      detachedSeconds: 600,
      idleSeconds: null,
      maximumSeconds: null,
      ...limits,
    },
    times: () => state,
    onDeadline: (why) => told.push(`${now / SECOND}: ${why}`),
    onNear: (why, seconds) => told.push(`${now / SECOND}: ${why} in ${seconds}`),
    now: () => now,
    after: (milliseconds, call) => {
      timer = { at: now + milliseconds, call };
      return () => {
        timer = null;
      };
    },
  });
  clock.look();
  /** Lets time pass, with everything that is to happen in it. */
  const until = (seconds: number) => {
    while (timer !== null && timer.at <= seconds * SECOND) {
      const { at, call }: { at: number; call: () => void } = timer;
      timer = null;
      now = at;
      call();
    }
    now = seconds * SECOND;
  };
  return { clock, state, told, until, waits: () => timer !== null };
}

it('nothing ends, and nothing is waited for, where there is no limit', () => {
  const { clock, waits } = start({});
  assert.deepEqual([clock.endsAt, waits()], [null, false]);
});

it('tells that a limit is near, once, and then that it is reached', () => {
  const { clock, told, until } = start({ maximumSeconds: 7_200 });
  assert.equal(clock.endsAt, 7_200 * SECOND);
  until(6_899);
  assert.deepEqual(told, []);
  clock.look();
  until(7_200);
  assert.deepEqual(told, ['6900: maximum in 300', '7200: maximum']);
});

it('what goes either way puts being idle off, without a timer for each byte', () => {
  const { state, told, until } = start({ idleSeconds: 100 });
  for (const seconds of [50, 70, 90]) {
    until(seconds);
    state.lastActiveAt = seconds * SECOND;
  }
  until(190);
  assert.deepEqual(told, ['165: idle in 25', '190: idle']);
});

it('a lost client is waited for; then the session ends, or goes on where it was to', () => {
  const lost = start({ reconnectSeconds: 60 }, { lostAt: 0, aloneAt: 0 });
  lost.until(60);
  assert.deepEqual(lost.told, ['60: lost']);
  const left = start({ reconnectSeconds: 60, detachedSeconds: 100 }, { lostAt: 0, aloneAt: 0, detach: true });
  assert.equal(left.clock.endsAt, 100 * SECOND);
  left.until(60);
  left.state.lostAt = null;
  left.clock.look();
  left.until(100);
  assert.deepEqual(left.told, ['60: forsaken', '75: detached in 25', '100: detached']);
});

it('nothing happens any more once it is stopped', () => {
  const { clock, told, until } = start({ maximumSeconds: 10 }, { timeoutMs: 5_000 });
  clock.stop();
  clock.look();
  until(100);
  assert.deepEqual(told, []);
});
