import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

export interface AuditKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Whether it was made just now. */
  readonly fresh: boolean;
}

/**
 * The key that signs checkpoints (`key.pem`, 0600), made when there is none; `key.pub.pem` beside it is
 * for whoever verifies.
 * @throws RigError `config_unreadable`
 */
export async function openAuditKey(folder: string): Promise<AuditKey> {
  const path = join(folder, 'key.pem');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(path, error);
  });
  const privateKey = text === undefined ? await makeKey(path) : parseKey(path, text);
  const publicKey = createPublicKey(privateKey);
  await writeDurably(
    join(folder, 'key.pub.pem'),
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  return { privateKey, publicKey, fresh: text === undefined };
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function parseKey(path: string, text: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw unusable(path, error);
  }
  throw unusable(path, undefined);
}

const unusable = (path: string, cause: unknown) =>
  new RigError('config_unreadable', `${path} holds no usable Ed25519 key.`, {
    hint: 'Put the key back from a backup. Without the file a new one is made, and verifying tells of it.',
    cause,
  });

/** A key that had signed before it reached the disk would be one nobody has any more. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
