import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { RigError } from '@rig-ops/contract/errors';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type { Channel } from '@rig-ops/wire';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

/**
 * Instances that listen and do, for each connection, what the first line says: `echo` gives back what comes, and ends
 * when the other side has; `half` tells the digest of all of it once it has ended; `bye` ends its own direction at
 * once and tells the length of what comes to its log; `flood N` sends N bytes; `reset` resets.
 */
const program = `
const net = require('node:net'), crypto = require('node:crypto');
const listen = (at) => net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', (error) => console.log('error ' + error.code));
  socket.once('readable', () => {
    const first = socket.read();
    const end = first.indexOf(10);
    const rest = first.subarray(end + 1);
    const [what, size] = String(first.subarray(0, end)).split(' ');
    if (what === 'echo') { socket.write('ready\\n'); socket.pipe(socket); }
    if (what === 'half') {
      const hash = crypto.createHash('sha256');
      hash.update(rest);
      socket.on('data', (bytes) => hash.update(bytes));
      socket.on('end', () => socket.end(hash.digest('hex')));
    }
    if (what === 'bye') {
      let length = rest.length;
      socket.end('bye');
      socket.on('data', (bytes) => { length += bytes.length; });
      socket.on('end', () => console.log('got ' + length));
    }
    if (what === 'flood') {
      const block = Buffer.alloc(65536, 7);
      let left = Number(size);
      const send = () => { while (left > 0) { left -= block.length; if (!socket.write(block)) return socket.once('drain', send); console.log('left ' + left); } socket.end(); };
      send();
    }
    if (what === 'reset') socket.resetAndDestroy();
  });
}).listen(at, function () { console.log('port ' + this.address().port); });
listen({ port: 0, host: '127.0.0.1' });
`;

let supervisor: TestSupervisor;
let port = 0;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
  await supervisor.run('ins_1', [process.execPath, '-e', program]);
  port = await portOf(/^port (\d+)/);
});
after(() => supervisor.close());

async function portOf(pattern: RegExp): Promise<number> {
  return await until('the program to listen', async () => {
    const lines = await supervisor.log('apps/app_demo').catch(() => []);
    const found = lines.map(({ text }) => pattern.exec(text)?.[1]).find((each) => each !== undefined);
    return found === undefined ? null : Number(found);
  });
}

const open = async (spec: Partial<ForwardSpec['targets'][number]> = {}, check = false): Promise<Channel> =>
  (await supervisor.connect()).open('forward', {
    check,
    targets: [{ instance: 'ins_1', port, own: false, ...spec }],
  } satisfies ForwardSpec);

async function collect(channel: Channel): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const bytes of channel.read(1)) chunks.push(Uint8Array.from(bytes));
  return Buffer.concat(chunks);
}

/** What of a flood has not left the program. */
const left = async () =>
  Math.min(
    ...(await supervisor.log('apps/app_demo')).flatMap(({ text }) =>
      text.startsWith('left ') ? [Number(text.slice(5))] : [],
    ),
  );

const refusal = async (channel: Channel): Promise<RigError> =>
  await channel.accepted.then(
    () => assert.fail('it was accepted'),
    (error: RigError) => error,
  );

test('bytes go both ways, and the end of one direction leaves the other open', async () => {
  const bytes = randomBytes(3_000_000);
  const channel = await open();
  assert.deepEqual(await channel.accepted, { instance: 'ins_1', port });
  await channel.write(0, Buffer.from('half\n'));
  for (let at = 0; at < bytes.length; at += 100_000) await channel.write(0, bytes.subarray(at, at + 100_000));
  channel.end(0);
  const digest = createHash('sha256').update(bytes).digest('hex');
  assert.equal((await collect(channel)).toString(), digest);
  assert.equal(await channel.closed, undefined);
});

test('what still goes there arrives after the other direction has ended', async () => {
  const channel = await open();
  await channel.write(0, Buffer.from('bye\n'));
  assert.equal((await collect(channel)).toString(), 'bye');
  await channel.write(0, Buffer.alloc(70_000));
  channel.end(0);
  assert.equal(await channel.closed, undefined);
  await until('the length', async () =>
    (await supervisor.log('apps/app_demo')).some(({ text }) => text === 'got 70000') ? true : null,
  );
});

test('a reset is told in both directions, never as an end', async () => {
  const channel = await open();
  await channel.write(0, Buffer.from('reset\n'));
  await assert.rejects(collect(channel), { code: 'connection_lost' });
  assert.equal((await channel.closed)?.code, 'connection_lost');

  const cut = await open();
  await cut.write(0, Buffer.from('echo\n'));
  const [first] = [await cut.read(1)[Symbol.asyncIterator]().next()];
  assert.equal(Buffer.from(first?.value as Uint8Array).toString(), 'ready\n');
  cut.close({ code: 'interrupted', message: 'Gone.', hint: '', exitCode: 130 });
  await until('the reset', async () =>
    (await supervisor.log('apps/app_demo')).some(({ text }) => text === 'error ECONNRESET') ? true : null,
  );
});

test('a reader that stands still holds the program back, and loses nothing', async () => {
  const size = 32 * 1024 * 1024;
  const channel = await open();
  await channel.write(0, Buffer.from(`flood ${size}\n`));
  const reading = channel.read(1)[Symbol.asyncIterator]();
  let length = ((await reading.next()).value as Uint8Array).length;
  // Both loopback buffers are full once nothing more leaves the program.
  let before = -1;
  const still = await until('the program to stand still', async () => {
    const now = await left();
    if (now === before) return now;
    before = now;
    return null;
  });
  assert.ok(still > size / 3, `${still} of ${size} are left`);
  for (let next = await reading.next(); next.done !== true; next = await reading.next())
    length += next.value.length;
  assert.equal(length, size);
});

test('only ports of the instance are reached, whoever else listens', async (t) => {
  const stranger = createServer().listen(0, '127.0.0.1');
  t.after(() => stranger.close());
  await once(stranger, 'listening');
  const { port: strange } = stranger.address() as AddressInfo;
  const error = await refusal(await open({ port: strange }));
  assert.equal(error.code, 'port_not_open');
  assert.equal(error.message, `No process of web.1 listens on port ${strange}.`);
  assert.equal(error.hint, `web.1 listens on ${port}.`);

  await supervisor.run('ins_2', [process.execPath, '-e', program.replaceAll('port ', 'second ')], {
    name: 'web.2',
  });
  const second = await portOf(/^second (\d+)/);
  assert.equal((await refusal(await open({ port: second }))).code, 'port_not_open');
  assert.equal((await refusal(await open({ instance: 'ins_2' }))).code, 'port_not_open');
  assert.equal((await refusal(await open({ instance: 'ins_9' }))).code, 'remote_target_gone');
  const either = (await supervisor.connect()).open('forward', {
    check: true,
    targets: ['ins_1', 'ins_2'].map((instance) => ({ instance, port: second, own: false })),
  } satisfies ForwardSpec);
  assert.deepEqual(await either.accepted, { instance: 'ins_2', port: second });
  assert.equal(await either.closed, undefined);
});

test('a program that has left its group and its parents is still of the instance', async () => {
  const detached = `
    const { spawn } = require('node:child_process');
    spawn('setsid', ['-f', process.execPath, '-e', ${JSON.stringify(program.replaceAll('port ', 'third '))}], { stdio: 'inherit' });
    setInterval(() => {}, 60_000);
  `;
  await supervisor.run('ins_3', [process.execPath, '-e', detached]);
  const third = await portOf(/^third (\d+)/);
  const channel = await open({ instance: 'ins_3', port: third }, true);
  assert.deepEqual(await channel.accepted, { instance: 'ins_3', port: third });
  for (const pid of await supervisor.processesNaming('third ')) process.kill(pid, 'SIGKILL');
});

test('what is open ends with the instance', async () => {
  await supervisor.run('ins_4', [process.execPath, '-e', program.replaceAll('port ', 'fourth ')]);
  const fourth = await portOf(/^fourth (\d+)/);
  const channel = await open({ instance: 'ins_4', port: fourth });
  await channel.write(0, Buffer.from('echo\n'));
  await channel.accepted;
  const reading = channel.read(1)[Symbol.asyncIterator]();
  await reading.next();
  await supervisor.ask('DELETE', '/v1/instances/ins_4');
  await channel.closed;
});
