import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Registry } from '../support/registry.ts';

let registry: Registry;
before(async () => {
  registry = await Registry.start();
});
after(async () => await registry.close());

test('a package is published with its digest, and found by its tag', async () => {
  const source = registry.write({ name: '@acme/thing', version: '1.2.3' }, { 'index.js': 'export {};\n' });
  const packed = await registry.pack(source);
  const digest = createHash('sha512').update(readFileSync(packed)).digest('base64');
  assert.deepEqual(await registry.publish(packed, 'next'), {
    name: '@acme/thing',
    version: '1.2.3',
    integrity: `sha512-${digest}`,
  });
  const seen = JSON.parse(await registry.npm(['view', '@acme/thing@next', '--json'])) as object;
  assert.partialDeepStrictEqual(seen, { version: '1.2.3', dist: { integrity: `sha512-${digest}` } });
  await assert.rejects(registry.npm(['view', '@acme/no-such-thing']), /E404/);
});
