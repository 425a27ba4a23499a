import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT_CAPABILITIES } from '@rig-ops/contract/supervisor-containers';
import { capabilitiesOf } from './image-capabilities.ts';

const elsewhere = { image: { reference: 'nginx:1' } };

test('an image that was made elsewhere and begins as root may become somebody else, no other', () => {
  for (const user of ['', '0', 'root', '0:0', 'root:www'])
    assert.deepEqual(capabilitiesOf(elsewhere, { user }), ROOT_CAPABILITIES, user);
  for (const user of ['node', '1000', '10:0', 'rooted', '01'])
    assert.deepEqual(capabilitiesOf(elsewhere, { user }), [], user);
  assert.deepEqual(capabilitiesOf({}, { user: '' }), [], 'of rig itself');
  assert.deepEqual(capabilitiesOf(elsewhere, {}), [], 'of a rig that did not ask');
});

test('what rig.toml says wins, none as well', () => {
  assert.deepEqual(capabilitiesOf({ ...elsewhere, capabilities: [] }, { user: '' }), []);
  assert.deepEqual(capabilitiesOf({ capabilities: ['CHOWN'] }, { user: '' }), ['CHOWN']);
});
