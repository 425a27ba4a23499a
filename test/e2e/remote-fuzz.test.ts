import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { proofSize } from '../support/proof-size.ts';
import { residentBytes } from '../support/resident-memory.ts';
import { isAlive, User } from '../support/rig.ts';
import { FuzzedConnection } from '../support/wire-fuzz/fuzz-connection.ts';
import { frame, hello, json, ping, streamed, type } from '../support/wire-fuzz/frames.ts';
import { Random } from '../support/wire-fuzz/random.ts';
import { encodeMessage, RawPeer } from '../support/wire-fuzz/raw-peer.ts';

const MIB = 1024 * 1024;

let user: User;
let pids: { rigd: number; supervisor: number };
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
  pids = {
    rigd: user.platformFile<{ pid: number }>('platform.json').pid,
    supervisor: user.platformFile<{ pid: number }>('supervisor.json').pid,
  };
});
after(() => user.close());

async function connect(): Promise<RawPeer> {
  const { url } = user.platformFile<{ url: string }>('platform.json');
  return await RawPeer.connect(url, readFileSync(`${user.home}/platform/token`, 'utf8').trim());
}

async function say(peer: RawPeer, ...messages: Uint8Array[]): Promise<void> {
  for (const message of messages) await peer.send(encodeMessage(message));
}

const openCat = json(type.open, 1, { kind: 'command', params: { app: 'hello-node', argv: ['cat'] } });

test('each breach has its answer, and nothing else ends', async () => {
  const breaches: [string, Uint8Array[], number][] = [
    ['no frame', [Buffer.alloc(3)], 1002],
    ['an unknown type', [hello(), frame(99, 0)], 1002],
    ['a frame ahead of HELLO', [ping()], 1002],
    ['another version', [hello(2)], 1002],
    ['a second HELLO', [hello(), hello()], 1002],
    ['JSON that is none', [hello(), frame(type.open, 1, Buffer.from('{"kind'))], 1002],
    ['an even number', [hello(), json(type.open, 2, { kind: 'command', params: {} })], 1002],
    ['a number twice', [hello(), openCat, openCat], 1002],
    ['a channel that is not open', [hello(), streamed(type.data, 5, 0, 0n, Buffer.from('x'))], 1002],
    [
      'data ahead of ACCEPT, without credit',
      [hello(), openCat, streamed(type.data, 1, 0, 0n, Buffer.from('x'))],
      1002,
    ],
    ['a hole', [hello(), openCat, streamed(type.data, 1, 0, 9n, Buffer.from('x'))], 1002],
    ['no bytes', [hello(), openCat, streamed(type.data, 1, 0, 0n)], 1002],
    ['an offset beyond all', [hello(), openCat, streamed(type.credit, 1, 1, 2n ** 53n)], 1002],
    ['too long a message', [hello(), Buffer.alloc(3 * MIB)], 1009],
  ];
  const bystander = await connect();
  await say(bystander, hello());
  for (const [what, messages, status] of breaches) {
    const peer = await connect();
    await say(peer, ...messages);
    await peer.until(() => peer.closeCode !== null);
    assert.equal(peer.closeCode, status, what);
    if (status === 1002) assert.equal(peer.error, 'remote_protocol', what);
    peer.cut();
  }
  await say(bystander, ping());
  await bystander.until(() => bystander.pongs > 0);
  assert.equal(bystander.pongs, 1);
  bystander.cut();
});

test('whatever a client says, the platform answers others and grows by nothing', async (t) => {
  const seed = Number(process.env.RIG_FUZZ_SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`RIG_FUZZ_SEED=${seed}`);
  const rounds = proofSize({ short: 120, long: 5000 });
  const random = new Random(seed);
  const sizes = { rigd: 0, supervisor: 0 };
  for (let round = 0; round < rounds; round += 1) {
    // What a process needs to have run at all is in memory by then.
    if (round === Math.floor(rounds / 3)) {
      sizes.rigd = residentBytes(pids.rigd);
      sizes.supervisor = residentBytes(pids.supervisor);
    }
    await fuzzOne(random, `seed ${seed}, connection ${round}`);
  }
  for (const [name, pid] of Object.entries(pids)) assert.ok(isAlive(pid), `${name} is alive`);
  assert.equal(user.platformFile<{ pid: number }>('platform.json').pid, pids.rigd, 'rigd is the same');
  const { code, stdout } = await user.run(['command', 'hello-node', '--', 'echo', 'still here']);
  assert.deepEqual([code, stdout], [0, 'still here\n']);
  const growth = {
    rigd: (residentBytes(pids.rigd) - sizes.rigd) / MIB,
    supervisor: (residentBytes(pids.supervisor) - sizes.supervisor) / MIB,
  };
  t.diagnostic(`growth in MiB: ${JSON.stringify(growth)}`);
  assert.ok(growth.rigd < 64 && growth.supervisor < 64, `seed ${seed}: ${JSON.stringify(growth)}`);
});

async function fuzzOne(random: Random, where: string): Promise<void> {
  const peer = await connect();
  const cut = { byUs: false };
  const original = peer.cut.bind(peer);
  peer.cut = () => {
    cut.byUs = true;
    original();
  };
  await new FuzzedConnection(peer, random, 'hello-node').run(1 + random.below(25));
  if (!peer.ended) await say(peer, ping());
  // A peer that reads nothing cannot be told; one that was thrown out was told why.
  if (!peer.stalled) {
    const before = peer.pongs;
    await peer
      .until(() => peer.closeCode !== null || peer.pongs > before)
      .catch((error: unknown) => {
        throw new Error(`${where}: ${String(error)}`);
      });
    if (peer.ended && !cut.byUs) assert.ok(peer.closeCode !== null, `${where}: it ended without a word`);
    if (peer.closeCode !== null)
      assert.ok(
        [1000, 1002, 1003, 1005, 1007, 1009].includes(peer.closeCode),
        `${where}: status ${peer.closeCode}`,
      );
  }
  original();
}
