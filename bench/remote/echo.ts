import { setTimeout as sleep } from 'node:timers/promises';
import { RigClient } from '@rig-ops/client';
import { type IPty, spawn } from '@lydell/node-pty';
import { median } from '../compare.ts';
import { type BenchPlatform, rigEntry } from '../platform.ts';
import { accessOf, openChannel } from './open-channel.ts';
import type { SshServer } from './ssh-server.ts';

/** Gives back each byte as it comes. */
const ECHO = 'stty raw -echo; printf READY; exec cat';
const KEYS = 60;

/** A key until it is on the screen, in a terminal, in turns with ssh; and beside a channel that streams. */
export async function benchEcho(
  platform: BenchPlatform,
  ssh: SshServer | null,
  rounds: number,
): Promise<void> {
  const rig = await EchoTerminal.open(
    process.execPath,
    [rigEntry, 'command', 'hello-node', '-t', '-e', 'none', '--', 'sh', '-c', ECHO],
    platform.environment,
  );
  const peer =
    ssh === null
      ? null
      : await EchoTerminal.open('ssh', ['-tt', '-e', 'none', ...ssh.args('own', ECHO)], process.env);
  const times = { rig: [] as number[], ssh: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    for (let key = 0; key < KEYS; key += 1) {
      times.rig.push(await rig.press());
      if (peer !== null) times.ssh.push(await peer.press());
      await sleep(2);
    }
  }
  rig.close();
  peer?.close();
  console.log(`\nA key until its echo, ${rounds * KEYS} keys`);
  console.log(
    `  rig command -t   p50 ${median(times.rig).toFixed(2)} ms, p99 ${p99(times.rig).toFixed(1)} ms`,
  );
  if (peer !== null) {
    console.log(
      `  ssh -tt          p50 ${median(times.ssh).toFixed(2)} ms, p99 ${p99(times.ssh).toFixed(1)} ms`,
    );
    console.log(`  p50 rig / ssh: ${(median(times.rig) / median(times.ssh)).toFixed(2)} (target 4)`);
  }
  await besideStream(platform, rounds * KEYS);
}

/** On one connection: a terminal that echoes, and a program that writes as fast as it is read. */
async function besideStream(platform: BenchPlatform, keys: number): Promise<void> {
  const client = new RigClient({ name: 'bench', ...accessOf(platform) });
  const stream = await openChannel(client, { argv: ['yes', 'x'.repeat(120)] });
  let streamed = 0;
  void (async () => {
    for await (const chunk of stream.read(1)) streamed += chunk.length;
  })().catch(() => undefined);
  const terminal = { columns: 80, rows: 24, term: 'xterm' };
  const echo = await openChannel(client, { argv: ['sh', '-c', ECHO], terminal });
  const heard = echo.read(1)[Symbol.asyncIterator]();
  await heard.next();
  const times: number[] = [];
  const before = streamed;
  const begun = performance.now();
  for (let key = 0; key < keys; key += 1) {
    const started = performance.now();
    void echo.write(0, Buffer.from('k'));
    await heard.next();
    times.push(performance.now() - started);
    await sleep(2);
  }
  const rate = (streamed - before) / 1024 / 1024 / ((performance.now() - begun) / 1000);
  console.log(
    `  beside ${rate.toFixed(0)} MiB/s on the same connection: p50 ${median(times).toFixed(2)} ms, p99 ${p99(times).toFixed(1)} ms (target 50)`,
  );
  stream.close();
  echo.close();
  await client.close();
}

const p99 = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

class EchoTerminal {
  readonly #pty: IPty;
  #wake = (_text: string): void => undefined;

  private constructor(pty: IPty) {
    this.#pty = pty;
    pty.onData((text) => this.#wake(text));
  }

  static async open(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<EchoTerminal> {
    const terminal = new EchoTerminal(spawn(file, args, { env, cols: 80, rows: 24 }));
    await terminal.#shows('READY');
    return terminal;
  }

  async press(): Promise<number> {
    const started = performance.now();
    const echoed = this.#shows('k');
    this.#pty.write('k');
    await echoed;
    return performance.now() - started;
  }

  close(): void {
    this.#pty.kill('SIGKILL');
  }

  #shows(expected: string): Promise<void> {
    let shown = '';
    return new Promise((resolve) => {
      this.#wake = (text) => {
        shown += text;
        if (shown.includes(expected)) resolve();
      };
    });
  }
}
