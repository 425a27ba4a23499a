import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Approval } from '@rig-ops/contract/resources';
import { pause } from '../pause.ts';

/** Somebody decides meanwhile; that it took two seconds more goes unnoticed. */
const ASK_EVERY_MS = 2_000;

export interface ApprovalWait {
  /** How a request stands. */
  ask: (id: string) => Promise<Approval>;
  onWaiting: (id: string) => void;
  onApproved: (approval: Approval) => void;
  signal: AbortSignal;
  everyMs?: number;
}

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
export function awaitApproval(wait: ApprovalWait): (error: unknown) => Promise<void> {
  const { ask, onWaiting, onApproved, signal, everyMs = ASK_EVERY_MS } = wait;
  let waited = false;
  return async (error) => {
    const id = requestOf(error);
    if (id === undefined || waited) throw error;
    waited = true;
    onWaiting(id);
    let approval = await ask(id);
    while (approval.state === 'pending') {
      await pause(everyMs, signal);
      approval = await ask(id);
    }
    if (approval.state !== 'approved') throw refusedBy(approval);
    onApproved(approval);
  };
}

function refusedBy({ decidedBy, decisionReason, id, state }: Approval): RigError {
  const details = { approval: id };
  if (state !== 'denied') {
    return new RigError('approval_unusable', `Nobody approved ${id} in time, or it was used.`, { details });
  }
  const why = decisionReason === null ? '.' : `: ${decisionReason}`;
  return new RigError('approval_denied', `${decidedBy ?? 'Somebody'} denied ${id}${why}`, { details });
}
