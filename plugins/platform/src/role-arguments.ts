import { Args } from '@oclif/core';
import { type Role, roles } from '@rig-ops/contract/access';

/** USER ROLE TARGET, as granting and revoking take them. */
export const roleArguments = {
  user: Args.string({ required: true, description: 'Name of the user.' }),
  role: Args.string({
    required: true,
    options: Object.keys(roles),
    description: 'A set of verbs: docs/access.md lists them.',
  }),
  target: Args.string({ required: true, description: 'platform, network/NAME or app/NAME.' }),
};

export interface RoleAtTarget {
  user: string;
  role: Role;
  target: string;
}
