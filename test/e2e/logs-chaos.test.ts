import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from '../support/logs-chaos/run-chaos.ts';
import { User } from '../support/rig.ts';

test('over kills of rigd and cut connections three followers see exactly what was written', async () => {
  const user = new User();
  try {
    const report = await runChaos(user, {
      producers: 3,
      lines: 30_000,
      perSecond: 3_000,
      kills: 5,
      cuts: 25,
    });
    const { lines, kills, cuts, sealed, followers } = report;
    assert.equal(lines, 90_006);
    assert.ok(kills === 5 && cuts >= 25 && sealed >= 1, JSON.stringify(report));
    for (const follower of followers) {
      assert.equal(follower.difference, null, follower.name);
      assert.equal(follower.seen, follower.expected, follower.name);
      assert.ok(follower.expected > 1_000);
    }
  } finally {
    await user.close();
  }
});
