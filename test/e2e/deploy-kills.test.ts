import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { User } from '../support/rig.ts';
import { killUnderLoad } from '../support/zero-downtime/kill-under-load.ts';

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

test('a deploy ends wholly in the old or the new release when a program of the platform is killed under load', async () => {
  const { outcomes, faults } = await killUnderLoad(user, [
    { program: 'rigd', afterMs: 700 },
    { program: 'edge', afterMs: 900 },
    { program: 'supervisor', afterMs: 800 },
  ]);
  assert.deepEqual(faults, [], JSON.stringify(outcomes));
});
