import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError, type RigError } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';
import { describeInterruption } from './interruption.ts';

/** A command that was interrupted is ended by force after 5 s; it says before what it knows by then. */
const PATIENCE_MS = 4_500;

/** What the platform made of the request to end a deploy. */
export type CancelOutcome = 'cancelled' | 'too late' | 'unknown';

/** Whether a signal asks for the end of what is under way; a terminal that goes away does not. */
function asksToCancel(signal: AbortSignal): boolean {
  const { reason } = signal as { reason: unknown };
  const by = isRigError(reason) ? reason.details?.signal : undefined;
  return by === 'SIGINT' || by === 'SIGTERM';
}

async function giveUp(): Promise<CancelOutcome> {
  await delay(PATIENCE_MS, undefined, { ref: false });
  return 'unknown';
}

/** Has the platform end a deploy after Ctrl-C, and waits until it has. */
async function cancelDeploy(client: RigClient, deploy: string, ui: Ui): Promise<CancelOutcome> {
  ui.note('Cancelling the deploy. Ctrl-C again leaves that to the platform.');
  const patience = new AbortController();
  const cancel = async (): Promise<CancelOutcome> => {
    try {
      await client.call('cancelDeployById', { params: { deploy }, signal: patience.signal });
      return 'cancelled';
    } catch (error) {
      return isRigError(error) && error.code === 'deploy_not_cancellable' ? 'too late' : 'unknown';
    }
  };
  try {
    return await Promise.race([cancel(), giveUp()]);
  } finally {
    patience.abort();
  }
}

/** What an interrupted command has to say, after the platform was asked to end what it was asked for. */
export async function endInterrupted(
  client: RigClient,
  app: string,
  { asked, deploy, ui, signal }: { asked: boolean; deploy: string | undefined; ui: Ui; signal: AbortSignal },
): Promise<RigError> {
  const cancels = deploy !== undefined && asksToCancel(signal);
  const outcome = cancels ? await cancelDeploy(client, deploy, ui) : undefined;
  return describeInterruption(app, { asked, deploy, outcome });
}
