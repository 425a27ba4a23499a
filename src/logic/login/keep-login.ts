import { RigClient } from '@rig-ops/client';
import { checkToken, type placeFor, saveLogin, type TokenStorage } from '@rig-ops/client/login';
import { isRigError, RigError } from '@rig-ops/contract/errors';

type Place = Awaited<ReturnType<typeof placeFor>>;

export interface SavedLogin {
  context: { name: string; url: string; current: boolean };
  user: string;
  role: string;
  /** RFC 3339; null for never. */
  expiresAt: string | null;
  credentials: 'keyring' | 'file';
}

interface KeepOptions {
  rigHome: string;
  storage: TokenStorage;
  signal: AbortSignal;
  /** Whether commands talk to it from now on; true when absent. */
  makeCurrent?: boolean;
}

/**
 * Asks the platform whose token it is, and saves it as a context. A token the platform does not
 * take is not saved. Throws `not_authenticated` and its kin, or what stood in the way.
 */
export async function keepLogin(
  place: Place,
  { name, token, ca }: { name: string; token: string; ca: string | undefined },
  { rigHome, storage, signal, makeCurrent = true }: KeepOptions,
): Promise<SavedLogin> {
  checkToken(token, 'The token');
  const { user, role, token: used } = await ask({ name, token, ...place }, signal);
  const { expiresAt } = used;
  const login = { name, url: place.url, token, ca, user, expiresAt, makeCurrent };
  const saved = await saveLogin(rigHome, login, storage);
  const credentials = saved.keyring === undefined ? 'file' : 'keyring';
  return { context: { name, url: saved.url, current: makeCurrent }, user, role, expiresAt, credentials };
}

/** Whose the token is, as the platform says. */
async function ask(target: RigClient['target'], signal: AbortSignal) {
  const client = new RigClient(target);
  try {
    return await client.call('whoami', { signal });
  } catch (error) {
    if (!isRigError(error) || error.httpStatus !== 401) throw error;
    throw new RigError('not_authenticated', `${error.message} Nothing was saved.`, {
      hint: 'Check that the token was issued by this platform and is whole.',
      cause: error,
    });
  } finally {
    await client.close();
  }
}
