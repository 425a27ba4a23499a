import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { confirmByName } from './confirm-by-name.ts';

function ask(signal: AbortSignal) {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  const asked = confirmByName('shop', 'Shop goes.', {
    interactive: true,
    streams: { stdin, stderr },
    signal,
  });
  return { stdin, stderr, asked };
}
const isCode = (code: string) => (error: unknown) => isRigError(error) && error.code === code;
const never = new AbortController().signal;

test('the name itself is a yes', async () => {
  const { stdin, stderr, asked } = ask(never);
  stdin.write('shop\n');
  await asked;
  assert.match(String(stderr.read()), /Shop goes\.\nType shop/);
});

test('anything else is a no: another answer, the end of stdin, Ctrl-C', async () => {
  for (const answer of ['y\n', '\n', 'shops\n']) {
    const { stdin, asked } = ask(never);
    stdin.write(answer);
    await assert.rejects(asked, isCode('interrupted'));
  }
  const ended = ask(never);
  ended.stdin.end();
  await assert.rejects(ended.asked, isCode('interrupted'));
  const stop = new AbortController();
  const stopped = ask(stop.signal);
  stop.abort();
  await assert.rejects(stopped.asked, isCode('interrupted'));
});
