import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorRegistry, isRigError, RigError, toErrorDocument } from './errors.ts';

test('an error arrives on the other side as it left', () => {
  const sent = new RigError('app_not_found', 'There is no app "shop".', {
    details: { app: 'shop' },
    requestId: 'req_1',
  });
  const document = JSON.parse(JSON.stringify(toErrorDocument(sent)));
  assert.deepEqual(document, {
    code: 'app_not_found',
    message: 'There is no app "shop".',
    hint: errorRegistry.app_not_found.hint,
    exitCode: 6,
    requestId: 'req_1',
    details: { app: 'shop' },
  });
  assert.deepEqual(toErrorDocument(RigError.fromDocument(document)), document);
});

test('a code of a newer peer is kept, with its exit code', () => {
  const newer = { code: 'not_yet_known', message: 'm', hint: 'h', exitCode: 7 };
  const error = RigError.fromDocument(newer);
  assert.deepEqual([error.code, error.exitCode, error.httpStatus], ['not_yet_known', 7, 500]);
  assert.deepEqual(toErrorDocument(error), newer);
});

test('what is not an error of rig is unexpected, and is not taken for one', () => {
  assert.equal(isRigError(new Error('x')), false);
  assert.equal(isRigError(null), false);
  assert.equal(toErrorDocument(new Error('boom')).code, 'unexpected');
  assert.equal(toErrorDocument('boom').message, 'boom');
  assert.equal(toErrorDocument(undefined).message, 'undefined');
});

test('an error of another copy of this package is recognised', () => {
  const foreign = Object.assign(new Error('m'), { [Symbol.for('rig.error')]: true });
  assert.equal(isRigError(foreign), true);
});

test('every hint is a sentence', () => {
  for (const [code, { hint, when }] of Object.entries(errorRegistry)) {
    assert.match(hint, /^[A-Z].*[.:]$/s, code);
    assert.match(when, /^(rig|[A-Z]).*\.$/s, code);
  }
});
