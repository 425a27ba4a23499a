import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHostMismatch } from './host-range.ts';

const plugin = (rig?: unknown) => ({
  name: 'rig-plugin-x',
  version: '1.2.3',
  ...(rig === undefined ? {} : { rig }),
});

test('a plugin that declares nothing fits every version', async () => {
  for (const rig of [undefined, null, {}, { permissions: ['network'] }, 'nonsense'])
    assert.equal(await findHostMismatch(plugin(rig), '0.1.0'), undefined);
});

test('a plugin fits inside its range, and says why it does not outside of it', async () => {
  const fits = async (host: string, version: string) =>
    (await findHostMismatch(plugin({ host }), version)) === undefined;
  assert.equal(await fits('^0.1', '0.1.7'), true);
  assert.equal(await fits('^0.1', '0.2.0'), false);
  assert.equal(await fits('>=0.1 <2', '1.9.0'), true);
  assert.equal(await fits('0.1 || 1', '1.4.0'), true);
  const mismatch = await findHostMismatch(plugin({ host: '^1' }), '0.1.0');
  assert.equal(mismatch?.reason, 'rig-plugin-x@1.2.3 is for rig ^1; this is rig 0.1.0.');
});

test('a pre-release of rig takes the plugins of the release to come', async () => {
  assert.equal(await findHostMismatch(plugin({ host: '^1' }), '1.0.0-beta.3'), undefined);
  assert.notEqual(await findHostMismatch(plugin({ host: '^0.1' }), '1.0.0-beta.3'), undefined);
});

test('what is no range fits nothing', async () => {
  for (const host of ['newest', 1, null, ['^0.1']]) {
    const mismatch = await findHostMismatch(plugin({ host }), '0.1.0');
    assert.equal(mismatch?.range, null);
    assert.match(mismatch.reason, /no range of versions/);
  }
});
