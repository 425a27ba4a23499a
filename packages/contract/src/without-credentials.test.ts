import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutCredentials } from './without-credentials.ts';

for (const [given, shown] of [
  ['https://user:secret@example.com/a/b.git', 'https://example.com/a/b.git'],
  ['https://secret@example.com/a/b.git#v1', 'https://example.com/a/b.git#v1'],
  ['https://user:p@ss:w@rd@example.com:8443/a', 'https://example.com:8443/a'],
  ['HTTPS://user:secret@example.com', 'HTTPS://example.com'],
  ['https://example.com/a.git?private_token=secret#main', 'https://example.com/a.git#main'],
  ['git+ssh://git:secret@example.com/a', 'git+ssh://git@example.com/a'],
  ['ssh://git@example.com:2222/a', 'ssh://git@example.com:2222/a'],
  ['git@example.com:a/b.git', 'git@example.com:a/b.git'],
  ['/srv/git/a.git', '/srv/git/a.git'],
  ['https://example.com/@scope/a', 'https://example.com/@scope/a'],
] as const) {
  it(`shows ${given} as ${shown}`, () => assert.equal(withoutCredentials(given), shown));
}
