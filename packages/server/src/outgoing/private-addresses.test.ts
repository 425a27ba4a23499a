import assert from 'node:assert/strict';
import { it } from 'node:test';
import { guardedLookup, isPrivateAddress } from './private-addresses.ts';

it('knows what leads nowhere outside, in every way to write it', () => {
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'no address',
  ])
    assert.ok(isPrivateAddress(address), address);
  for (const address of ['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])
    assert.ok(!isPrivateAddress(address), address);
});

const look = (allowPrivate: boolean) =>
  new Promise<unknown>((resolve) =>
    guardedLookup(allowPrivate, 'drain_target_refused')('localhost', { all: false }, (error, address) =>
      resolve(error ?? address),
    ),
  );

it('refuses a name that leads to one, unless that is allowed', async () => {
  assert.equal(((await look(false)) as { code?: string }).code, 'drain_target_refused');
  assert.match(String(await look(true)), /^(127\.0\.0\.1|::1)$/);
});
