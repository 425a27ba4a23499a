import { rolesThatRunCode } from '@rig-ops/contract/access';
import type { Grant } from './decide.ts';

/**
 * Whether a role means what it says where it is bound. Who can run code beside other apps, as the same user of
 * the operating system, can read their secrets and the platform's: there a role that ends at an app or a
 * network would be a pretence.
 */
export const holds = ({ role, scope }: Grant, isolated: boolean): boolean =>
  isolated || scope.kind === 'platform' || !rolesThatRunCode.includes(role);
