import { setTimeout as sleep } from 'node:timers/promises';
import type { Approval } from '@rig-ops/contract/resources';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Setting } from './setting.ts';

/** Somebody types a command meanwhile; that it took two seconds more goes unnoticed. */
const ASK_EVERY_MS = 2_000;

/** The request that a refusal has made. */
function requestOf(error: unknown): string | undefined {
  if (!isRigError(error) || error.code !== 'approval_required') return undefined;
  const { approval } = error.details ?? {};
  return typeof approval === 'string' ? approval : undefined;
}

/**
 * For an opening that was refused because nobody has approved it yet: waits until somebody has decided, or the
 * request has expired. Then it is to be tried again, which tells how it was decided.
 * @throws `error` when it is another refusal, or the same after a decision
 */
export function awaitApproval(
  { rig, ui, signal }: Pick<Setting, 'rig' | 'ui' | 'signal'>,
  everyMs = ASK_EVERY_MS,
): (error: unknown) => Promise<void> {
  let waited = false;
  return async (error) => {
    const id = requestOf(error);
    if (id === undefined || waited) throw error;
    waited = true;
    ui.note(`Waiting for somebody to approve it: rig sessions approve ${id}`);
    const approval = await decisionOn(id);
    if (approval.state !== 'approved') throw refusedBy(approval);
    ui.note(`${approval.decidedBy} has approved it.`);
  };

  async function decisionOn(id: string): Promise<Approval> {
    for (;;) {
      const current = await rig.call('getApproval', { params: { approval: id }, signal });
      if (current.state !== 'pending') return current;
      await sleep(everyMs, undefined, { signal });
    }
  }
}

function refusedBy({ decidedBy, decisionReason, id, state }: Approval): RigError {
  const details = { approval: id };
  if (state !== 'denied') {
    return new RigError('approval_unusable', `Nobody approved ${id} in time, or it was used.`, { details });
  }
  const why = decisionReason === null ? '.' : `: ${decisionReason}`;
  return new RigError('approval_denied', `${decidedBy ?? 'Somebody'} denied ${id}${why}`, { details });
}
