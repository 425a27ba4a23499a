import type { Verb } from '@rig-ops/contract/access';
import { session } from '../api/session.ts';
import type { Where } from '../api/permissions.ts';
import { networkOf } from './status.ts';

/** Whether to offer something; the platform decides again when it is done. */
export function may(verb: Verb, where?: Where): boolean {
  const { value } = session;
  return value.state === 'in' && value.can(verb, where);
}

export function maySomewhere(verb: Verb): boolean {
  const { value } = session;
  return value.state === 'in' && value.canSomewhere(verb);
}

export const mayInApp = (verb: Verb, app: string): boolean => {
  const network = networkOf(app);
  return may(verb, { app, ...(network === undefined ? {} : { network }) });
};
