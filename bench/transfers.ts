import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { compare, printComparisons } from './compare.ts';
import { BenchPlatform } from './platform.ts';

const MIB = 1024;
const PARALLEL = 100;
const SMALL_MIB = 2;

const SERVER = `
import { createServer } from 'node:http';
import { createServer as createEcho } from 'node:net';
createServer((q, s) => s.end('hi')).listen(process.env.PORT);
createEcho({ allowHalfOpen: true }, (s) => { s.on('error', () => {}); s.pipe(s); })
  .listen(0, '127.0.0.1', function () { console.log('echo on ' + this.address().port); });
`;

/** Ports and files: is what comes back the same to the bit, how fast, and with how much memory. */
export async function benchTransfers(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    writeFileSync(join(platform.source, 'server.js'), SERVER);
    await platform.rig('deploy', platform.source, '--yes');
    await benchForward(platform, rounds);
    await benchCopy(platform, rounds);
  } finally {
    await platform.close();
  }
}

async function benchForward(platform: BenchPlatform, rounds: number): Promise<void> {
  let target: string | undefined;
  while (target === undefined) {
    target = /echo on (\d+)/.exec(await platform.rig('logs', 'app', 'hello-node'))?.[1];
  }
  const forward = platform.spawnRig(['forward', 'hello-node', `0:${target}`, '-o', 'json']);
  const [line] = (await once(createInterface({ input: forward.stdout }), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const direct = { name: 'the port itself', measure: () => echo(Number(target), MIB) };
  const through = { name: 'rig forward', measure: () => echo(port, MIB) };
  printComparisons(`${MIB} MiB there and back, bit for bit`, await compare(direct, [through], rounds));
  const started = performance.now();
  await Promise.all(Array.from({ length: PARALLEL }, () => echo(port, SMALL_MIB)));
  const elapsed = performance.now() - started;
  console.log(
    `\n${PARALLEL} connections at once, ${SMALL_MIB} MiB each there and back: ${elapsed.toFixed(0)} ms`,
  );
  console.log(`  most memory of rig forward: ${peakMib(forward.pid)} MiB`);
  forward.kill('SIGINT');
  await once(forward, 'exit');
}

/** Fails when what comes back is not what was sent. */
async function echo(port: number, mib: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [sent, got] = [createHash('sha256'), createHash('sha256')];
  const block = randomBytes(1024 * 1024);
  const started = performance.now();
  socket.on('data', (bytes) => got.update(bytes));
  const ended = once(socket, 'end');
  for (let at = 0; at < mib; at += 1) {
    const bytes = Buffer.from(block);
    bytes.writeUInt32LE(at);
    sent.update(bytes);
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
  await ended;
  if (sent.digest('hex') !== got.digest('hex')) throw new Error('what came back is not what was sent');
  return performance.now() - started;
}

async function benchCopy(platform: BenchPlatform, rounds: number): Promise<void> {
  const at = (name: string) => join(platform.folder, name);
  await pipeline(
    async function* () {
      for (let written = 0; written < MIB; written += 1) yield randomBytes(1024 * 1024);
    },
    createWriteStream(at('large')),
  );
  const copy = async (args: string[]) => {
    const started = performance.now();
    const child = platform.spawnRig(['cp', ...args]);
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, peakMib(child.pid))), 50);
    const [code] = (await once(child, 'exit')) as [number];
    clearInterval(timer);
    if (code !== 0) throw new Error(`rig cp ended with ${code}`);
    most = Math.max(most, peak);
    return performance.now() - started;
  };
  let most = 0;
  const peer = {
    name: 'a copy on this machine',
    measure: async () => {
      const started = performance.now();
      copyFileSync(at('large'), at('peer'));
      rmSync(at('peer'));
      return performance.now() - started;
    },
  };
  const own = [
    { name: 'rig cp to the app', measure: () => copy([at('large'), 'hello-node:large']) },
    { name: 'rig cp from the app', measure: () => copy(['hello-node:large', at('back')]) },
  ];
  printComparisons(`a file of ${MIB} MiB`, await compare(peer, own, rounds));
  console.log(`  most memory of rig cp: ${most} MiB`);
  if ((await digestOf(at('large'))) !== (await digestOf(at('back')))) throw new Error('the copy is another');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** As the kernel counts it (`VmHWM`, proc_pid_status(5)). */
function peakMib(pid: number | undefined): number {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kib ?? 0) / 1024);
  } catch {
    return 0;
  }
}
