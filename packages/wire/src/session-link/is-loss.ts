import { isRigError } from '@rig-ops/contract/errors';

/** HTTP statuses that mean: later, perhaps. */
const later = new Set([429, 502, 503, 504]);

/** Whether a channel ended for no reason of its own, so that the session may go on without it. */
export function isLoss(error: unknown): boolean {
  return isRigError(error) && (error.code === 'connection_lost' || error.code === 'unreachable');
}

/** Whether coming back may succeed a little later. */
export function mayPass(error: unknown): boolean {
  return isLoss(error) || (isRigError(error) && later.has(error.httpStatus));
}
