import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContainerSpec } from './parse-container-spec.ts';

const spec = {
  image: 'sha256:1',
  network: null,
  ports: [],
  limits: { memoryBytes: null, cpus: null, processes: null },
  readOnly: false,
  user: null,
};

test('root is given what it may have, and whoever asks for more is refused', () => {
  assert.deepEqual(parseContainerSpec(spec), spec);
  const some = parseContainerSpec({ ...spec, capabilities: ['SETUID', 'CHOWN'] });
  assert.deepEqual(some.capabilities, ['CHOWN', 'SETUID']);
  for (const capabilities of [['SYS_ADMIN'], ['CHOWN', 'ALL'], ['NET_RAW']])
    assert.throws(() => parseContainerSpec({ ...spec, capabilities }), { code: 'invalid_input' });
});
