import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';
import type { ChosenName } from './choose-app-name.ts';
import { chooseNetwork, type NewApp, suggestName } from './new-app.ts';

export interface RequireAppOptions {
  /** Whether the user has agreed already that it be created. */
  agreed: boolean;
  /** Network it is to be in; any when undefined. */
  network?: string | undefined;
  /** What its rig.toml says, for when it is created. */
  manifest: () => Promise<Partial<NewApp>>;
  /** Whether a person may be asked for more than a yes. */
  mayAsk: boolean;
  /** Its `confirm` throws `confirmation_required` where nobody can be asked. */
  ui: Pick<Ui, 'interactive' | 'ask' | 'note' | 'confirm'>;
  signal: AbortSignal;
}

export interface RequiredApp {
  name: string;
  /** What it is still to be created with; null when it is there. */
  newApp: NewApp | null;
}

/**
 * Finds out whether an app exists and, when it does not, whether and how it may be created.
 * @throws RigError `app_in_other_network`, `confirmation_required` when nobody has agreed, `interrupted` after a no
 */
export async function requireApp(
  client: RigClient,
  chosen: ChosenName,
  options: RequireAppOptions,
): Promise<RequiredApp> {
  const { network, signal, ui } = options;
  const mayAsk = options.mayAsk && ui.interactive;
  const app = await find(client, chosen.name, signal);
  if (app !== null) {
    if (network === undefined || app.network === network) return { name: app.name, newApp: null };
    const free = await suggestName(client, app.name, signal);
    const message = `${app.name} is in the network ${app.network}, not in ${network}.`;
    if (free === undefined || !mayAsk)
      throw new RigError('app_in_other_network', message, {
        ...(free === undefined ? {} : { hint: `Name another app: --app ${free} is free.` }),
        details: { network: app.network, ...(free === undefined ? {} : { suggestion: free }) },
      });
    const name = await ui.ask(`${message} Another name?`, free);
    return requireApp(client, { name, from: 'flag' }, options);
  }
  const manifest = await options.manifest();
  const wanted = network ?? manifest.network;
  // Before anything is uploaded.
  if (wanted !== undefined) await client.call('getNetwork', { params: { network: wanted }, signal });
  if (!options.agreed) await requireYes(chosen, ui);
  const at = wanted ?? (mayAsk ? await chooseNetwork(client, chosen.name, { ui, signal }) : undefined);
  const newApp = { ...manifest, name: chosen.name, ...(at === undefined ? {} : { network: at }) };
  return { name: chosen.name, newApp };
}

async function find(client: RigClient, app: string, signal: AbortSignal) {
  try {
    return await client.call('getApp', { params: { app }, signal });
  } catch (error) {
    if (!isRigError(error) || error.code !== 'app_not_found') throw error;
    return null;
  }
}

async function requireYes({ name, from }: ChosenName, ui: RequireAppOptions['ui']): Promise<void> {
  const origin = from === 'flag' ? '' : ` (named by ${from === 'folder' ? 'its folder' : from})`;
  const yes = await ui.confirm(`There is no app ${name}${origin} yet. Create it?`).catch((error: unknown) => {
    if (!isRigError(error) || error.code !== 'confirmation_required') throw error;
    throw new RigError('confirmation_required', `There is no app ${name}${origin} yet.`, {
      hint: 'Repeat the command with --create, or name an app that exists with --app; `rig apps list` shows them.',
      details: { app: name },
    });
  });
  if (!yes)
    throw new RigError('interrupted', 'Nothing was deployed.', { hint: 'Choose another name with --app.' });
}
