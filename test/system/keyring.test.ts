import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { describe, until, User } from '../support/rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-keyring-'));
const user = new User();
const started: ChildProcess[] = [];
let env: Record<string, string> = {};

/** A session bus of our own with GNOME Keyring on it, unlocked with a password on stdin as a login does. */
before(async () => {
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], { stdio: 'pipe' });
  started.push(bus);
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string];
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  const session = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_DATA_HOME: join(folder, 'data'),
    DBUS_SESSION_BUS_ADDRESS: address,
  };
  const argv = ['--foreground', '--unlock', '--components=secrets'];
  const keyring = spawn('gnome-keyring-daemon', argv, { env: session, stdio: 'pipe' });
  started.push(keyring);
  keyring.stdin.end('password of the test');
  // It says nothing when it is ready.
  await until('the keyring to answer', () => answers(session));
  env = { DBUS_SESSION_BUS_ADDRESS: address, RIG_CREDENTIAL_STORE: 'auto' };
});
after(async () => {
  for (const child of started) child.kill();
  await user.close();
  rmSync(folder, { recursive: true, force: true });
});

function answers(session: Record<string, string>): boolean {
  const method = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  const argv = ['--session', '--print-reply=literal', '--dest=org.freedesktop.DBus', '/', ...method];
  return execFileSync('dbus-send', argv, { env: session, encoding: 'utf8' }).includes('true');
}

const contexts = () => readFileSync(join(user.home, 'contexts.json'), 'utf8');

test('a token goes into the keyring, serves commands from there, and is gone after logout', async () => {
  await user.json(['platform', 'start']);
  const { url } = user.platformFile<{ url: string }>('platform.json');
  const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8');
  const login = ['login', url, '--token', '-', '--name', 'here'];
  const saved = await user.json(login, { env, stdin: token });
  assert.equal(saved.credentials, 'keyring');
  assert.ok(!contexts().includes(token));
  const { credentials, context } = await user.json(['whoami'], { env });
  assert.deepEqual([credentials, context], ['keyring', 'here']);
  const text = await user.run(['whoami'], { env });
  assert.match(text.stdout, /comes from the keyring of the system/);

  // Again, so that the entry of the first login has to go.
  await user.json(login, { env, stdin: token });
  const { contexts: kept } = JSON.parse(contexts()) as { contexts: { keyring: string }[] };
  assert.equal(kept.length, 1);

  const elsewheres: Record<string, string>[] = [{ CI: 'true' }, { DBUS_SESSION_BUS_ADDRESS: '' }];
  for (const elsewhere of elsewheres) {
    const { message } = await user.fails(['whoami'], 'keyring_unavailable', 4, {
      env: { ...env, ...elsewhere },
    });
    assert.match(message, /none in this session/);
  }

  // The token of the platform's own folder is not revoked, but forgotten here.
  const out = await user.run(['logout'], { env });
  assert.equal(out.code, 5, describe(['logout'], out));
  assert.doesNotMatch(out.stderr, /still in the keyring/);
  await user.fails(['whoami'], 'not_authenticated', 4, { env });
  await user.json(['context', 'use', 'embedded']);
});
