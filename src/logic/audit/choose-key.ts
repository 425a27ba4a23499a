import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodePublicKey, fingerprintOf } from '@rig-ops/contract/audit-chain';
import { RigError } from '@rig-ops/contract/errors';

export interface ChosenKey {
  readonly key: KeyObject;
  readonly fingerprint: string;
  /** Whether the user brought it; else it came from where the records did. */
  readonly pinned: boolean;
}

/**
 * The key to verify with: the one the user knows, by its file or fingerprint, else the one that came along.
 * @param pin path of a PEM file, or `SHA256:…`
 * @throws RigError `audit_key_mismatch` when they differ, `invalid_input` for what is no key
 */
export async function chooseKey(offered: string, pin: string | undefined): Promise<ChosenKey> {
  const key = decodeOffered(offered);
  const fingerprint = fingerprintOf(key);
  if (pin === undefined) return { key, fingerprint, pinned: false };
  const wanted = pin.startsWith('SHA256:') ? pin.replace(/=+$/, '') : fingerprintOf(await readKeyFile(pin));
  if (wanted !== fingerprint) {
    throw new RigError('audit_key_mismatch', `The log is signed with ${fingerprint}, not with ${wanted}.`);
  }
  return { key, fingerprint, pinned: true };
}

function decodeOffered(offered: string): KeyObject {
  try {
    return decodePublicKey(offered);
  } catch (cause) {
    throw new RigError('invalid_input', 'The public key that came with the log is not one for Ed25519.', {
      cause,
    });
  }
}

async function readKeyFile(path: string): Promise<KeyObject> {
  try {
    const text = await readFile(path, 'utf8');
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES')
      throw new RigError('config_unreadable', `${path} cannot be read: ${code}.`, { cause });
  }
  throw new RigError('invalid_input', `${path} holds no Ed25519 public key in PEM.`, {
    hint: 'Give a fingerprint (SHA256:…), or the file key.pub.pem of the platform.',
  });
}
