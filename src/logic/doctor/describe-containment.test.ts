import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeContainment } from './describe-containment.ts';

const tell = (orphans: 'cgroup' | 'processes', memory: 'cgroup' | 'watch') =>
  describeContainment({ orphans, memory }).message;

test('it is said whether anything can outlive a build, and who bounds its memory', () => {
  assert.match(tell('processes', 'watch'), /watched: no cgroup.* outlives it unseen/);
  assert.match(tell('cgroup', 'watch'), /cgroup each: nothing.* measured four times/);
  assert.match(tell('cgroup', 'cgroup'), /cgroup each: nothing.* the kernel bounds its memory/);
  assert.equal(describeContainment({ orphans: 'processes', memory: 'watch' }).ok, true);
});
