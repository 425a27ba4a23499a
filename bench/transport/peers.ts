import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { type Cost, runTimed } from '../../test/support/uploads/run-processes.ts';

/** `tar | zstd -1 -T2 | curl` to `zstd -d | tar x`. The program that takes in the request is not counted. */
export class TarPeer {
  readonly #target: string;
  readonly #server: HttpServer;
  #costs: Promise<{ cpuMs: number }> | undefined;

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      const child = spawn(
        'bash',
        ['-c', `TIMEFORMAT='%U %S'; time { zstd -q -d | tar xf - -C '${target}'; }`],
        { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } },
      );
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      request.pipe(child.stdin);
      this.#costs = once(child, 'close').then(() => {
        response.end();
        const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
        return { cpuMs: (user + system) * 1000 };
      });
    });
  }

  async measure(source: string): Promise<Cost> {
    if (!this.#server.listening) {
      this.#server.listen(0, '127.0.0.1');
      await once(this.#server, 'listening');
    }
    rmSync(this.#target, { recursive: true, force: true });
    mkdirSync(this.#target, { recursive: true });
    const { port } = this.#server.address() as AddressInfo;
    const sent = await runTimed(
      `tar cf - -C '${source}' . | zstd -q -1 -T2 | curl -sS -T - -w '%{size_upload}' http://127.0.0.1:${port}/`,
    );
    const received = await this.#costs;
    return {
      wallMs: sent.wallMs,
      cpuMs: sent.cpuMs + (received?.cpuMs ?? 0),
      wireBytes: Number(sent.stdout.trim().split('\n').at(-1)),
      rssBytes: 0,
    };
  }

  close(): void {
    this.#server.close();
  }
}

/** `rsync -az` to a daemon of its own on loopback. */
export class RsyncPeer {
  readonly #folder: string;
  readonly #port: number;
  readonly #daemon: ChildProcess;

  private constructor(folder: string, port: number, daemon: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#daemon = daemon;
  }

  static async start(folder: string): Promise<RsyncPeer> {
    mkdirSync(folder, { recursive: true });
    const config = join(folder, 'rsyncd.conf');
    const ids = `uid = ${process.getuid?.() ?? 0}\ngid = ${process.getgid?.() ?? 0}\n`;
    writeFileSync(config, `${ids}use chroot = no\n[trees]\npath = ${folder}\nread only = no\n`);
    const port = await freePort();
    const daemon = spawn(
      'rsync',
      ['--daemon', '--no-detach', `--port=${port}`, '--address=127.0.0.1', `--config=${config}`],
      {
        stdio: 'ignore',
      },
    );
    await untilListening(port);
    return new RsyncPeer(folder, port, daemon);
  }

  /** Brings a tree to a folder of that name; `linkDest` is one beside it to link what is the same to. */
  async measure(source: string, name: string, linkDest?: string): Promise<Cost> {
    const link = linkDest === undefined ? '' : `--link-dest=../${linkDest}`;
    const { wallMs, cpuMs, stdout } = await runTimed(
      `rsync -az --delete --stats ${link} '${source}/' rsync://127.0.0.1:${this.#port}/trees/${name}/`,
    );
    const sent = /Total bytes sent: ([\d,]+)/.exec(stdout)?.[1] ?? '0';
    return { wallMs, cpuMs, wireBytes: Number(sent.replaceAll(',', '')), rssBytes: 0 };
  }

  remove(name: string): void {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  close(): void {
    this.#daemon.kill();
  }
}

async function freePort(): Promise<number> {
  const server = createNetServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('rsync does not listen');
}
