import { resolve } from 'node:path';
import {
  chooseStorage,
  completeUrl,
  nameForLogin,
  placeFor,
  readAuthorityFile,
  readContextsFile,
  type StoreChoice,
} from '@rig-ops/client/login';
import { RigError } from '@rig-ops/contract/errors';
import type { StandardStreams, Ui } from '@rig-ops/kit';
import { readToken } from '../../read-token.ts';
import { approvedToken } from './approved-token.ts';
import { keepLogin, type SavedLogin } from './keep-login.ts';

export interface LoginSetting {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  chosenContext: string | undefined;
  ui: Ui;
  stdin: StandardStreams['stdin'];
  signal: AbortSignal;
}

export interface LoginRequest {
  url: string | undefined;
  name: string | undefined;
  /** Path of a file of authorities. */
  ca: string | undefined;
  /** Whether a token comes on stdin. */
  token: boolean;
  store: StoreChoice;
}

/** Where a login goes to: a URL, under a name, with the authorities to trust. */
interface Destination {
  url: string;
  name: string | undefined;
  ca: string | undefined;
}

/** Logs in to a platform, checks the credentials against it, and only then saves them. */
export async function logIn(setting: LoginSetting, request: LoginRequest) {
  const { rigHome, env, ui, signal } = setting;
  const destination = await findDestination(setting, request);
  // Whatever can be wrong with the name is found before somebody is asked to approve.
  const name = await nameForLogin(rigHome, destination);
  const place = await placeFor(destination.url, destination.ca, env);
  const token = request.token
    ? await readToken(setting.stdin, ui, signal)
    : await approvedToken(place, { ui, env, signal });
  const storage = chooseStorage({ env, attended: ui.interactive, choice: request.store });
  const saved = await keepLogin(place, { ...destination, name, token }, { rigHome, storage, signal });
  tell(ui, env, saved);
  return saved;
}

function tell(ui: Ui, env: LoginSetting['env'], { user, context, credentials, expiresAt }: SavedLogin): void {
  const where = credentials === 'keyring' ? 'the keyring of the system' : 'a file only you can read';
  ui.print(`Logged in to ${context.url} as ${user}.`);
  ui.print(`Commands now talk to it as the context ${context.name}; the token is in ${where}.`);
  if (expiresAt !== null) ui.print(`It is valid until ${expiresAt}.`);
  if (env.RIG_URL) ui.warn('RIG_URL is set and wins over this context.');
  else if (env.RIG_CONTEXT && env.RIG_CONTEXT !== context.name) {
    ui.warn(`RIG_CONTEXT is ${env.RIG_CONTEXT} and wins over this context.`);
  }
}

async function findDestination(setting: LoginSetting, request: LoginRequest): Promise<Destination> {
  const { rigHome, env, cwd, chosenContext } = setting;
  // A context asked for by a flag names this login; one that is exported would be overwritten unasked.
  const asked = request.name ?? (chosenContext === env.RIG_CONTEXT ? undefined : chosenContext);
  const { current, contexts } = await readContextsFile(rigHome);
  const url = request.url === undefined ? undefined : completeUrl(request.url).replace(/\/+$/, '');
  const known = contexts.find((context) =>
    url === undefined ? context.name === (asked ?? chosenContext ?? current) : context.url === url,
  );
  if (url === undefined && known === undefined) throw noDestination(asked ?? chosenContext);
  return {
    url: url ?? known?.url ?? '',
    name: url === undefined ? known?.name : asked,
    ca: request.ca === undefined ? known?.ca : await readAuthorityFile(resolve(cwd, request.ca), '--ca'),
  };
}

function noDestination(name: string | undefined): RigError {
  if (name !== undefined && name !== 'embedded') {
    return new RigError('context_not_found', `There is no context "${name}" to log in to.`, {
      hint: `Give its address: \`rig login URL --name ${name}\`.`,
    });
  }
  return new RigError('usage', 'The platform of this machine needs no login, and no other was named.', {
    hint: 'Give the address of a platform: `rig login https://rig.example.com`.',
  });
}
