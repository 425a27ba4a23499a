import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CuttingProxy } from '../support/logs-chaos/cutting-proxy.ts';
import { proofSize } from '../support/proof-size.ts';
import { Pty } from '../support/pty.ts';
import { digestOf, ExactBytes } from '../support/remote-proofs/exact-bytes.ts';
import { accessOf } from '../support/remote-proofs/run-in-terminal.ts';
import { User } from '../support/rig.ts';

const MIB = 1024 * 1024;

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

/** A way to the platform that can be cut, and the environment that leads there. */
async function cuttable(t: TestContext): Promise<{ proxy: CuttingProxy; env: Record<string, string> }> {
  const { url, token } = accessOf(user);
  const proxy = await CuttingProxy.start(() => Number(new URL(url).port));
  t.after(() => proxy.close());
  return { proxy, env: { RIG_URL: `http://127.0.0.1:${proxy.port}`, RIG_TOKEN: token } };
}

test('a transfer both ways over many cuts of the connection loses and repeats nothing', async (t) => {
  const total = proofSize({ short: 24, long: 256 }) * MIB;
  const wanted = proofSize({ short: 12, long: 100 });
  const { proxy, env } = await cuttable(t);
  const child = user.spawn(['command', 'hello-node', '--', 'cat'], { env });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  assert.ok(child.stdin && child.stdout);
  const input = new ExactBytes(total);
  input.stream.pipe(child.stdin);
  let next = total / wanted / 2;
  const output = await digestOf(child.stdout, (taken) => {
    if (taken < next) return;
    next += total / wanted;
    proxy.cut();
  });
  assert.equal(await ended, 0, told);
  assert.deepEqual(output, { total, sha256: input.digest() });
  t.diagnostic(`${proxy.cuts} cuts`);
  assert.ok(proxy.cuts >= wanted * 0.8, `${proxy.cuts} cuts`);
});

test('a shell over many cuts gets each line once and prints each answer once', async (t) => {
  const wanted = proofSize({ short: 10, long: 100 });
  const { proxy, env } = await cuttable(t);
  const pty = new Pty(user, ['shell', 'hello-node', '--env', 'ENV=', '--env', 'HISTFILE='], { env });
  t.after(() => pty.kill());
  await pty.shows(/[#$] /);
  pty.type("PS1='re''ady> '\r");
  await pty.shows(/ready> /);
  let line = 0;
  while (proxy.cuts < wanted) {
    for (let i = 0; i < 5; i += 1) {
      line += 1;
      pty.type(`echo "<$((${line}))>"\r`);
      await sleep(Math.random() * 20);
    }
    proxy.cut();
    // Sometimes in the middle of coming back.
    await sleep(Math.random() * 300);
  }
  pty.type('exit 9\r');
  assert.equal(await pty.ended(), 9);
  const answers = [...pty.shown.matchAll(/^<(\d+)>\r?$/gm)].map(([, number]) => Number(number));
  assert.deepEqual(
    answers,
    Array.from({ length: line }, (_, index) => index + 1),
  );
});
