import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A dockerd of the benchmark's own: its socket, its data, no network, and an image of nothing. */
export class DockerDaemon {
  readonly #daemon: ChildProcess;
  readonly #host: string;

  private constructor(daemon: ChildProcess, host: string) {
    this.#daemon = daemon;
    this.#host = host;
  }

  /** Null where there is no dockerd, or it may not be started. */
  static async start(folder: string): Promise<DockerDaemon | null> {
    mkdirSync(folder);
    const host = `unix://${join(folder, 'docker.sock')}`;
    const log = openSync(join(folder, 'dockerd.log'), 'w');
    const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
    const without = ['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--storage-driver', 'vfs'];
    const argv = ['--host', host, '--pidfile', join(folder, 'pid'), ...places, ...without];
    const child = spawn('dockerd', argv, { stdio: ['ignore', log, log] });
    const failed = new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(true));
      child.once('exit', () => resolve(true));
    });
    const daemon = new DockerDaemon(child, host);
    for (let attempt = 0; attempt < 60; attempt += 1) {
      if (await Promise.race([failed, sleep(500, false)])) return null;
      try {
        daemon.#docker('version');
        execFileSync('sh', ['-c', `tar c --files-from /dev/null | docker -H ${host} import - empty`]);
        return daemon;
      } catch {
        // Not yet.
      }
    }
    await daemon.close();
    return null;
  }

  /** Runs a Node program of this machine, and shows what it prints. */
  follow(program: string, args: readonly string[]): ChildProcess {
    const shared = ['/usr', '/lib', '/lib64'].flatMap((path) => ['-v', `${path}:${path}:ro`]);
    const own = ['-v', `${process.execPath}:/node:ro`, '-v', `${program}:/program.cjs:ro`];
    const what = ['empty', '/node', '/program.cjs', ...args];
    const id = this.#docker('run', '-d', '--network', 'none', ...shared, ...own, ...what).trim();
    return spawn('docker', ['-H', this.#host, 'logs', '-f', '--tail', '0', id], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    try {
      const running = this.#docker('ps', '-q').split('\n').filter(Boolean);
      if (running.length > 0) this.#docker('kill', ...running);
    } catch {
      // It ends with the daemon.
    }
    this.#daemon.kill('SIGTERM');
    await ended;
  }

  #docker(...args: string[]): string {
    return execFileSync('docker', ['-H', this.#host, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}
