import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformLayout } from './layout.ts';

test('sockets lie beside the rest while their paths are short enough', () => {
  const near = platformLayout('/home/ann/.rig');
  assert.equal(near.rigdSocket, '/home/ann/.rig/platform/run/rigd.sock');
});

test('sockets of a long path go elsewhere, each home to a folder of its own', () => {
  const long = `/${'deep/'.repeat(30)}home`;
  const far = platformLayout(long);
  for (const socket of [far.rigdSocket, far.supervisorSocket, far.edgeSocket]) {
    assert.ok(Buffer.byteLength(socket) <= 107, socket);
  }
  assert.equal(platformLayout(long).sockets, far.sockets);
  assert.notEqual(platformLayout(`${long}2`).sockets, far.sockets);
  assert.ok(far.database.startsWith(long));
});
