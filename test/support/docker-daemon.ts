import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const END_MS = 30_000;

/** A dockerd with its socket, its data and its networks in a folder of its own, which goes with it. */
export class DockerDaemon {
  readonly folder: string;
  /** As `docker --host` takes it. */
  readonly host: string;
  readonly #more: (folder: string) => readonly string[];
  #child: ChildProcess | null = null;

  private constructor(folder: string, more: (folder: string) => readonly string[]) {
    this.folder = folder;
    this.#more = more;
    this.host = `unix://${this.socket}`;
  }

  get socket(): string {
    return join(this.folder, 'docker.sock');
  }

  /** What it has said. */
  get log(): string {
    return readFileSync(join(this.folder, 'dockerd.log'), 'utf8');
  }

  /**
   * Null where there is no dockerd, or it may not be started.
   * @param more arguments of dockerd, by the folder of the daemon
   */
  static async start(more: (folder: string) => readonly string[] = () => []): Promise<DockerDaemon | null> {
    // Paths of sockets are short.
    const daemon = new DockerDaemon(mkdtempSync(join(tmpdir(), 'rig-dockerd-')), more);
    if (await daemon.run()) return daemon;
    await daemon.close();
    return null;
  }

  /** Starts it anew; answers whether it is there. */
  async run(): Promise<boolean> {
    // One that was left behind is not taken over.
    await this.#endContainerd();
    const log = openSync(join(this.folder, 'dockerd.log'), 'a');
    const places = ['--data-root', join(this.folder, 'data'), '--exec-root', join(this.folder, 'exec')];
    // Nobody else's rules of the machine are touched, and no network of somebody else's is met.
    const rules = ['--bridge', 'none', '--iptables=false', '--ip6tables=false'];
    const pool = ['--default-address-pool', `base=10.${100 + (process.pid % 50)}.0.0/16,size=24`];
    const argv = ['--host', this.host, '--pidfile', join(this.folder, 'pid'), ...places, ...rules, ...pool];
    argv.push(...this.#more(this.folder));
    const child = spawn('dockerd', argv, { stdio: ['ignore', log, log] });
    this.#child = child;
    const failed = new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(true));
      child.once('exit', () => resolve(true));
    });
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; ) {
      if (await Promise.race([failed, sleep(100, false)])) return false;
      if (this.#answers()) return true;
    }
    return false;
  }

  /** Ends it, in order or as a crash does; what it has stays. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([
      once(child, 'exit'),
      sleep(END_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL')),
    ]);
  }

  /** As one that hangs, and goes on: SIGSTOP, SIGCONT. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  async close(): Promise<void> {
    try {
      const running = this.docker('ps', '-q').split('\n').filter(Boolean);
      if (running.length > 0) this.docker('kill', ...running);
      const networks = this.docker('network', 'ls', '-q', '--filter', 'type=custom')
        .split('\n')
        .filter(Boolean);
      const all = this.docker('ps', '-aq').split('\n').filter(Boolean);
      if (all.length > 0) this.docker('rm', '-f', ...all);
      if (networks.length > 0) this.docker('network', 'rm', ...networks);
    } catch {
      // It does not run.
    }
    await this.end();
    await this.#endContainerd();
    this.#unmount();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** The command line of Docker, for what a person would do. */
  docker(...args: string[]): string {
    return execFileSync('docker', ['--host', this.host, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: READY_MS,
    });
  }

  /**
   * Makes an image of programs of this machine and their libraries.
   * @param programs name in /bin → path here
   * @param changes lines of a Dockerfile
   * @param files path → text
   * @returns its id
   */
  imageOf(
    programs: Readonly<Record<string, string>>,
    changes: readonly string[] = [],
    files: Readonly<Record<string, string>> = {},
  ): string {
    const root = mkdtempSync(join(this.folder, 'image-'));
    try {
      for (const folder of ['bin', 'tmp', 'etc', 'app']) mkdirSync(join(root, folder));
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(root, dirname(path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      return this.importFolder(root, { programs, changes });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  /**
   * Makes an image of a folder, into which programs of this machine are put with their libraries.
   * @returns its id
   */
  importFolder(
    root: string,
    {
      programs = {},
      changes = [],
      name,
    }: { programs?: Readonly<Record<string, string>>; changes?: readonly string[]; name?: string } = {},
  ): string {
    for (const [program, path] of Object.entries(programs)) {
      cpSync(realpathSync(path), join(root, 'bin', program));
      for (const library of librariesOf(path)) {
        mkdirSync(join(root, dirname(library)), { recursive: true });
        cpSync(realpathSync(library), join(root, library));
      }
    }
    const options = ['ENV PATH=/bin', ...changes].flatMap((change) => ['--change', change]);
    return execFileSync(
      'sh',
      [
        '-c',
        'root=$1; name=$2; shift 2; tar c -C "$root" . | docker "$@" - $name',
        'sh',
        root,
        name ?? '',
        '--host',
        this.host,
        'import',
        ...options,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: READY_MS },
    ).trim();
  }

  #answers(): boolean {
    try {
      this.docker('version');
      return true;
    } catch {
      return false;
    }
  }

  /** One that was killed leaves what it has mounted. */
  #unmount(): void {
    const mounted = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ')[1] ?? [])
      .filter((path) => path.startsWith(`${this.folder}/`));
    for (const path of mounted.toReversed()) {
      try {
        execFileSync('umount', ['--lazy', path], { stdio: 'ignore' });
      } catch {
        // Gone meanwhile.
      }
    }
  }

  /** One that was killed leaves it behind. */
  async #endContainerd(): Promise<void> {
    const pidFile = join(this.folder, 'exec', 'containerd', 'containerd.pid');
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    if (!(pid > 1)) return;
    for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(50)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        break;
      }
    }
    rmSync(pidFile, { force: true });
  }
}

/** What the loader says that a program needs: `name => path (address)`, or the path alone; nothing of a static one. */
export function librariesOf(program: string): string[] {
  const { stdout: said } = spawnSync('ldd', [program], { encoding: 'utf8' });
  return [...said.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []);
}
