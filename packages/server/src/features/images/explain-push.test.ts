import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { explainPush } from './explain-push.ts';

const about = { build: 'bld_1', host: 'ghcr.io', image: 'ghcr.io/team/shop:bld_1' };
const explained = (said: string, code: 'docker_refused' | 'docker_unreachable' = 'docker_refused') => {
  const error = explainPush(new RigError(code, said), about);
  assert.ok(isRigError(error));
  return error;
};

test('what daemons say of a push that failed is told with the code of its kind', () => {
  const sayings = [
    [
      'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
      'image_registry_unreachable',
    ],
    [
      'Get "https://ghcr.io/v2/": x509: certificate signed by unknown authority',
      'image_registry_unreachable',
    ],
    ['unauthorized: authentication required', 'image_push_denied'],
    ['no basic auth credentials', 'image_push_denied'],
    ['denied: requested access to the resource is denied', 'image_push_denied'],
    ['unsupported: The operation is unsupported.', 'image_push_failed'],
    ['received unexpected HTTP status: 500 Internal Server Error', 'image_push_failed'],
    ['blob upload invalid', 'image_push_failed'],
  ] as const;
  for (const [said, code] of sayings) assert.equal(explained(said).code, code, said);
  assert.match(
    explained('blob upload invalid').message,
    /ghcr\.io did not take the image: blob upload invalid\.$/,
  );
  assert.match(explained('received unexpected HTTP status: 500 Internal Server Error').hint ?? '', /no room/);
  // A daemon that went is no matter of the registry.
  assert.equal(explained('gone', 'docker_unreachable').code, 'docker_unreachable');
});
