import { chooseStorage, placeFor, readContextsFile } from '@rig-ops/client/login';
import { type RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';
import { sanitise } from '@rig-ops/kit/text';
import { approvedToken } from './approved-token.ts';
import { keepLogin } from './keep-login.ts';

export interface LoginOffer {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  ui: Ui;
  signal: AbortSignal;
  /** Name of the context whose credentials failed; the current one when undefined. */
  context: string | undefined;
}

/**
 * Offers a login where credentials failed, at once, so that the command can go on. Answers the new token;
 * throws the failure when nobody wants to log in, and what a login throws.
 */
export async function offerLogin(offer: LoginOffer, failure: RigError): Promise<string> {
  const { rigHome, env, ui, signal } = offer;
  const { current, contexts } = await readContextsFile(rigHome);
  const known = contexts.find(({ name }) => name === (offer.context ?? current));
  // Credentials of the environment are not rig's to renew.
  if (known === undefined || env.RIG_URL || env.RIG_TOKEN || !ui.interactive) throw failure;
  ui.note(sanitise(toErrorDocument(failure).message));
  if (!(await ui.confirm(`Log in to ${known.url} now?`))) throw failure;
  const place = await placeFor(known.url, known.ca, env);
  const token = await approvedToken(place, { ui, env, signal });
  const choice = known.keyring === undefined ? 'auto' : 'keyring';
  const storage = chooseStorage({ env, attended: true, choice });
  // The context that was current stays so: the command may have asked for another one.
  const login = { name: known.name, token, ca: known.ca };
  const { user } = await keepLogin(place, login, { rigHome, storage, signal, makeCurrent: false });
  ui.note(`Logged in as ${user}.`);
  return token;
}
