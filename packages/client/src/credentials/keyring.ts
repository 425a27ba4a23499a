import { RigError } from '@rig-ops/contract/errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** Someone at a terminal may have to type the password of the keyring; a script will not. */
const PATIENCE_MS = { attended: 60_000, unattended: 5_000 };

export interface Keyring {
  /** Null when it holds nothing under that name. */
  read(account: string): Promise<string | null>;
  write(account: string, secret: string): Promise<void>;
  remove(account: string): Promise<void>;
}

/**
 * The keyring of the system: Keychain, Secret Service (GNOME Keyring, KWallet), Credential Manager. Its
 * methods throw `keyring_unavailable`, in good time whatever the keyring does.
 */
export function systemKeyring(env: Environment, attended: boolean): Keyring {
  const ask = (action: string, account: string, secret = '') =>
    askProgram([action, account], secret, env, attended ? PATIENCE_MS.attended : PATIENCE_MS.unattended);
  return {
    read: async (account) => (await ask('get', account)) || null,
    async write(account, secret) {
      await ask('set', account, secret);
    },
    async remove(account) {
      await ask('remove', account);
    },
  };
}

/** Whether to try the keyring at all: never where nobody could be asked to unlock it. */
export function mayHaveKeyring(env: Environment): boolean {
  if (env.CI !== undefined && env.CI !== '') return false;
  if (process.platform !== 'linux') return true;
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  const { existsSync } = process.getBuiltinModule('node:fs');
  return !!env.XDG_RUNTIME_DIR && existsSync(`${env.XDG_RUNTIME_DIR}/bus`);
}

async function askProgram(
  argv: string[],
  input: string,
  env: Environment,
  patienceMs: number,
): Promise<string> {
  if (!mayHaveKeyring(env)) throw unavailable('there is none in this session');
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { createRequire } = process.getBuiltinModule('node:module');
  // By its name and not by a path: this file may be part of a bundle.
  const program = createRequire(import.meta.url).resolve('@rig-ops/client/keyring-program');
  const { NODE_OPTIONS: _, ...childEnv } = env;
  const child = spawn(process.execPath, [program, ...argv], { env: childEnv, stdio: 'pipe' });
  return await new Promise<string>((resolve, reject) => {
    let [said, complaint] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(unavailable(`it has not answered for ${patienceMs / 1000} s`));
    }, patienceMs);
    child.on('error', (error) => reject(unavailable(error.message)));
    child.on('close', (code) => {
      clearTimeout(late);
      if (code === 0) resolve(said);
      else reject(unavailable(complaint.trim() || `its program ended with ${code}`));
    });
  });
}

function unavailable(why: string): RigError {
  return new RigError('keyring_unavailable', `The keyring of the system cannot be used: ${why}.`);
}
