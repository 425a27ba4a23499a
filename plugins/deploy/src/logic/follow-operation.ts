import type { RigClient } from '@rig-ops/client';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { AppOperation } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { isPassing } from './follow-deploy.ts';
import { showLastLines } from './show-last-lines.ts';

/** Waits for the end of an operation. @throws RigError what it failed with, `connection_lost` when the platform forgot it */
export async function followOperation(
  client: RigClient,
  begun: AppOperation,
  { signal, ui }: { signal: AbortSignal; ui: Ui },
): Promise<AppOperation> {
  const params = { app: begun.app };
  for (let now: AppOperation | null = begun; ; ) {
    if (now === null || now.id !== begun.id) throw forgotten(begun);
    if (now.status === 'succeeded') return now;
    if (now.failure !== null) {
      const error = RigError.fromDocument(now.failure);
      showLastLines(error, ui);
      throw error;
    }
    try {
      ({ operation: now } = await client.call('getOperation', { params, signal }));
    } catch (error) {
      if (!isRigError(error) || !isPassing(error)) throw error;
    }
  }
}

function forgotten({ app, kind }: AppOperation): RigError {
  return new RigError(
    'connection_lost',
    `The platform was restarted meanwhile; whether the ${kind} was finished is not known.`,
    { hint: `Run \`rig apps info ${app}\` for what runs.` },
  );
}
