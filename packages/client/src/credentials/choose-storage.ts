import { randomBytes } from 'node:crypto';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { type Keyring, mayHaveKeyring, systemKeyring } from './keyring.ts';
import { inFile, type StoredToken, type TokenStorage } from './token-storage.ts';

/** `auto` is the keyring where one can be used, else the file. */
export type StoreChoice = 'auto' | 'keyring' | 'file';

export interface StorageOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody is there to unlock a keyring. */
  attended: boolean;
  choice: StoreChoice;
}

/** The keyring if there is one that gives back what it was given, else the contexts file. */
export function chooseStorage({ env, attended, choice }: StorageOptions): TokenStorage {
  const keyring = systemKeyring(env, attended);
  const forget = async (stored: StoredToken) => await forgetIn(keyring, stored);
  if (choice === 'file' || (choice === 'auto' && !mayHaveKeyring(env))) return { ...inFile, forget };
  return {
    forget,
    async put(name, token) {
      // Chance keeps homes apart; the name is for the keyring's own window.
      const account = `${name} ${randomBytes(6).toString('hex')}`;
      try {
        await keyring.write(account, token);
        if ((await keyring.read(account)) === token) return { keyring: account };
        throw new RigError('keyring_unavailable', 'The keyring of the system lost what it was given.');
      } catch (error) {
        const passing = isRigError(error) && error.code === 'keyring_unavailable';
        if (choice === 'keyring' || !passing) throw error;
        return { token };
      }
    },
  };
}

async function forgetIn(keyring: Keyring, { keyring: account }: StoredToken): Promise<string | null> {
  if (account === undefined) return null;
  try {
    await keyring.remove(account);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
