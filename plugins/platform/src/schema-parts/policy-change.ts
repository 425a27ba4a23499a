import { AccessPolicySchema } from '@rig-ops/contract/resources';
import { description, literals, Type } from '@rig-ops/contract/schema';

export const PolicyChangeSchema = Type.Object({
  target: Type.String(description('`platform`, `network/NAME` or `app/NAME`.')),
  changed: Type.Boolean(description('Whether it was set; false where nothing changes, and with --plan.')),
  changes: Type.Array(
    Type.Object({
      rule: Type.String(description('As its flag, without the hyphens.')),
      change: literals(['added', 'changed', 'removed'], 'What becomes of it.'),
      before: Type.Array(Type.String(), description('What it said, for people.')),
      after: Type.Array(Type.String(), description('What it says, for people.')),
    }),
    description('The rules that are different.'),
  ),
  policy: AccessPolicySchema,
  revision: Type.Integer(description('Counts the changes of the policy.')),
});
