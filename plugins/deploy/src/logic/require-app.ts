import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { ChosenName } from './choose-app-name.ts';

export interface RequireAppOptions {
  /** Whether the user has agreed already that it be created. */
  agreed: boolean;
  /** Network it is to be in; any when undefined. */
  network?: string | undefined;
  /** Asks a person; throws `confirmation_required` where there is none. */
  confirm: (question: string) => Promise<boolean>;
  signal: AbortSignal;
}

/**
 * Finds out whether an app exists and, when it does not, whether it may be created.
 * @returns true when it is still to be created
 * @throws RigError `app_in_other_network`, `confirmation_required` when nobody has agreed, `interrupted` after a no
 */
export async function requireApp(
  client: RigClient,
  { name, from }: ChosenName,
  { agreed, confirm, network, signal }: RequireAppOptions,
): Promise<boolean> {
  try {
    const app = await client.call('getApp', { params: { app: name }, signal });
    if (network !== undefined && app.network !== network)
      throw new RigError(
        'app_in_other_network',
        `${name} is in the network ${app.network}, not in ${network}.`,
      );
    return false;
  } catch (error) {
    if (!isRigError(error) || error.code !== 'app_not_found') throw error;
  }
  // Before anything is uploaded.
  if (network !== undefined) await client.call('getNetwork', { params: { network }, signal });
  if (agreed) return true;
  const origin = from === 'flag' ? '' : ` (named by ${from === 'folder' ? 'its folder' : from})`;
  const yes = await confirm(`There is no app ${name}${origin} yet. Create it?`).catch((error: unknown) => {
    if (!isRigError(error) || error.code !== 'confirmation_required') throw error;
    throw new RigError('confirmation_required', `There is no app ${name}${origin} yet.`, {
      hint: 'Repeat the command with --create, or name an app that exists with --app; `rig apps list` shows them.',
      details: { app: name },
    });
  });
  if (!yes)
    throw new RigError('interrupted', 'Nothing was deployed.', { hint: 'Choose another name with --app.' });
  return true;
}
