import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SSHD = '/usr/sbin/sshd';

/** An OpenSSH server of the benchmark's own: its port, keys and configuration, on loopback. */
export class SshServer {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #master: ChildProcess;

  private constructor(folder: string, server: ChildProcess, master: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
    this.#master = master;
  }

  /** Null where OpenSSH is not installed. */
  static async start(): Promise<SshServer | null> {
    if (!existsSync(SSHD) || spawnSync('ssh', ['-V']).status !== 0) return null;
    const folder = mkdtempSync(join(tmpdir(), 'rig-ssh-'));
    for (const name of ['host', 'user'])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const port = await freePort();
    writeFileSync(join(folder, 'sshd_config'), serverConfig(folder, port));
    writeFileSync(join(folder, 'ssh_config'), clientConfig(folder, port));
    // sshd of Debian insists on it, when it is root.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const server = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
    await listening(port);
    const master = spawn('ssh', ['-F', join(folder, 'ssh_config'), '-M', '-N', 'shared'], {
      stdio: 'ignore',
    });
    const control = join(folder, 'control');
    while (!existsSync(control)) await sleep(20);
    return new SshServer(folder, server, master);
  }

  /** Arguments of `ssh` for a connection of its own, or one that is there already. */
  args(connection: 'own' | 'shared', ...rest: string[]): string[] {
    return ['-F', join(this.#folder, 'ssh_config'), ...rest.slice(0, -1), connection, rest.at(-1) ?? ''];
  }

  async close(): Promise<void> {
    this.#master.kill();
    this.#server.kill();
    await sleep(100);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const serverConfig = (folder: string, port: number) => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/user.pub
PidFile none
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PrintMotd no
PrintLastLog no
# bash reads ~/.bashrc of whom ssh lets in, whose cost would be told as that of ssh.
SetEnv HOME=${folder}
`;

const clientConfig = (folder: string, port: number) => `Host *
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${folder}/user
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ControlMaster no
Host shared
  ControlPath ${folder}/control
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(20);
  }
}
