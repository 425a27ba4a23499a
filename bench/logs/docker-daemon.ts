import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { DockerDaemon as Daemon } from '../../test/support/docker-daemon.ts';

/** A dockerd of the benchmark's own: its socket, its data, no network, and an image of nothing. */
export class DockerDaemon {
  readonly #daemon: Daemon;

  private constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Null where there is no dockerd, or it may not be started. */
  static async start(): Promise<DockerDaemon | null> {
    const daemon = await Daemon.start();
    if (daemon === null) return null;
    execFileSync('sh', ['-c', `tar c --files-from /dev/null | docker -H ${daemon.host} import - empty`]);
    return new DockerDaemon(daemon);
  }

  /** Runs a Node program of this machine, and shows what it prints. */
  follow(program: string, args: readonly string[]): ChildProcess {
    const shared = ['/usr', '/lib', '/lib64'].flatMap((path) => ['-v', `${path}:${path}:ro`]);
    const own = ['-v', `${process.execPath}:/node:ro`, '-v', `${program}:/program.cjs:ro`];
    const what = ['empty', '/node', '/program.cjs', ...args];
    const id = this.#daemon.docker('run', '-d', '--network', 'none', ...shared, ...own, ...what).trim();
    return spawn('docker', ['-H', this.#daemon.host, 'logs', '-f', '--tail', '0', id], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  async close(): Promise<void> {
    await this.#daemon.close();
  }
}
