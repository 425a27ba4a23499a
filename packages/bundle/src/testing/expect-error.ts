import assert from 'node:assert/strict';
import { isRigError } from '@rig-ops/contract/errors';

/** A check for `assert.rejects` and `assert.throws`: the code, and what the message says. */
export function failsWith(code: string, says: RegExp = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(isRigError(error), `not rig's own: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, says);
    return true;
  };
}
