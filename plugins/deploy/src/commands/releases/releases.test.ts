import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '@rig-ops/kit/harness';
import { startFakePlatform } from '../../testing/fake-platform.ts';
import ReleasesInfoCommand from './info.ts';
import ReleasesListCommand from './list.ts';

test('releases are listed, and one is shown', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const list = await runCommand(ReleasesListCommand, ['shop'], { client, rigHome });
  const { releases } = list.result as { releases: unknown[] };
  assert.equal(releases.length, 1);
  assert.match(list.stdout, /^RELEASE +STATUS[^]*v1 +live/);
  for (const version of ['v3', '3']) {
    const info = await runCommand(ReleasesInfoCommand, [version, '--app', 'shop'], { client, rigHome });
    assert.equal(info.result?.version, 3);
    assert.match(info.stdout, /Release +v3 of shop[^]*Process web +node server\.js/);
  }
  const unknown = await runCommand(ReleasesListCommand, ['shed'], { client, rigHome });
  assert.deepEqual([unknown.error?.code, unknown.exitCode], ['app_not_found', 6]);
});
