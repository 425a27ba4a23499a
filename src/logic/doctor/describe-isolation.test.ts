import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeIsolation } from './describe-isolation.ts';

const tell = (kind: 'users' | 'namespaces') =>
  describeIsolation({ kind, why: null, fix: null, sessions: 'cgroup' }).map(({ message }) => message);

test('it is said what keeps apps apart, what holds sessions, and what would help where nothing does', () => {
  assert.match(tell('users')[1] ?? '', /a user and a view.*loopback are shared/);
  assert.match(tell('namespaces')[1] ?? '', /namespaces of its own/);
  assert.match(tell('users')[0] ?? '', /cgroup: nothing.* outlives/);
  const [sessions, none] = describeIsolation({
    kind: 'none',
    why: 'there is no Perl, which enters it',
    fix: 'Install Perl.',
    sessions: 'processes',
  });
  assert.match(sessions?.message ?? '', /outlives it unseen/);
  assert.match(none?.message ?? '', /neither.*: there is no Perl, which enters it\.$/);
  assert.deepEqual([none?.ok, none?.fix], [true, 'Install Perl.']);
});
