import { USER_NAME_PATTERN } from '@rig-ops/contract/access';
import { RigError } from '@rig-ops/contract/errors';

/** @throws RigError `invalid_name` with the rule, which a pattern tells nobody */
export function checkUserName(name: string): void {
  if (new RegExp(USER_NAME_PATTERN).test(name)) return;
  throw new RigError('invalid_name', `"${name}" cannot be the name of a user.`, {
    hint: 'Use lower-case letters, digits and . _ @ + -, beginning and ending with a letter or digit.',
  });
}
