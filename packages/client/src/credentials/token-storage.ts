import type { StoredContext } from '../contexts/contexts-file.ts';

/** The part of a stored context that leads to its token. */
export type StoredToken = Pick<StoredContext, 'token' | 'keyring'>;

/** Where tokens are kept. */
export interface TokenStorage {
  /** Throws `keyring_unavailable` when the keyring was asked for and cannot be used. */
  put(name: string, token: string): Promise<StoredToken>;
  /** Removes what is kept outside the contexts file. Answers why it could not, or null. */
  forget(stored: StoredToken): Promise<string | null>;
}

/** Keeps tokens in the contexts file, which is 0600. */
export const inFile: TokenStorage = {
  put: async (_, token) => ({ token }),
  forget: async () => null,
};
