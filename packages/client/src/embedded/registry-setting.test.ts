import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { checkRegistry } from './registry-setting.ts';

test('a place in a registry is a host, and a path where it has one', () => {
  const fine = [
    'ghcr.io/team',
    '127.0.0.1:5000',
    'localhost:5000/apps',
    'registry.example.com/a/b-c',
    'box:5000',
    '[::1]:5000/x',
  ];
  for (const text of fine) assert.equal(checkRegistry(text, '--registry'), text);
  assert.equal(checkRegistry('ghcr.io/team/', '--registry'), 'ghcr.io/team');
});

const refused = (text: string, why: RegExp) =>
  assert.throws(
    () => checkRegistry(text, '--registry'),
    (error) => isRigError(error) && error.code === 'invalid_input' && why.test(error.message),
  );

test('what cannot be meant is told, and no password with it', () => {
  refused('https://ghcr.io/team', /as a URL does/);
  refused('team', /"team" is no host/);
  refused('ghcr.io/Team', /upper-case/);
  refused('ghcr.io/team:v1', /tags are given by rig/);
  refused('ghcr.io//team', /characters/);
  refused('docker.io', /whose/);
  refused('ghcr.io:99999/team', /no such port/);
  refused('', /is no host/);
  refused(`ghcr.io/${'a'.repeat(200)}`, /longer/);
  assert.throws(
    () => checkRegistry('ann:hunter2@ghcr.io/team', '--registry'),
    (error) => isRigError(error) && !`${error.message}${error.hint}`.includes('hunter2'),
  );
});
