import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { User } from '../support/rig.ts';
import { summarise } from '../support/zero-downtime/judge.ts';
import { processesOfRelease, proveZeroDowntime } from '../support/zero-downtime/prove.ts';

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

test('no request fails and no WebSocket is cut over deploys and rollbacks', async (t) => {
  const { report, faults } = await proveZeroDowntime(user, { deploys: 2, rollbacks: 2, drainSeconds: 2 });
  t.diagnostic(summarise(report));
  assert.deepEqual(faults, []);
  assert.equal(report.closed.length, 4 * 6, 'every socket was closed by each switch');
});

test('an old instance that is stopped too early is noticed', async () => {
  const { faults } = await proveZeroDowntime(user, {
    deploys: 1,
    rollbacks: 0,
    drainSeconds: 2,
    // The defect: what is still at work is stopped as soon as the new release answers.
    onRelease: (release) => {
      for (const pid of processesOfRelease(user, release - 1)) process.kill(pid, 'SIGTERM');
    },
  });
  const text = faults.join('\n');
  assert.match(text, /^slow-(body|answer): /m, text);
  assert.match(text, /^web-socket: /m, text);
});
