// One action on the keyring of the system, in a process of its own: the calls of the native library block
// the thread they are made on, and a D-Bus that does not answer, or a keyring that waits for its owner
// to unlock it, would block the command with it. A process can be ended.
//   node keyring-program get|set|remove ACCOUNT      the secret comes and goes by stdin and stdout
import { readFileSync, writeSync } from 'node:fs';
import { AsyncEntry } from '@napi-rs/keyring';

const SERVICE = 'rig';
const [action, account = ''] = process.argv.slice(2);

try {
  // Without this the library falls back on the kernel's keyring, which forgets with the session.
  const entry = new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } });
  if (action === 'set') await entry.setPassword(readFileSync(0, 'utf8'));
  else if (action === 'remove') await entry.deletePassword();
  else writeSync(1, (await entry.getPassword()) ?? '');
} catch (error) {
  writeSync(2, error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
