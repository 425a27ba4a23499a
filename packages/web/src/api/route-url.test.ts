import assert from 'node:assert/strict';
import test from 'node:test';
import { isApiError, readApiError } from './api-error.ts';
import { routeUrl } from './route-url.ts';

test('names go into the path so that they cannot change it', () => {
  assert.equal(routeUrl('getApp', { app: 'a/../b?c#d' }), '/v1/apps/a%2F..%2Fb%3Fc%23d');
  for (const app of ['', '.', '..']) {
    assert.throws(
      () => routeUrl('getApp', { app }),
      (error) => isApiError(error) && error.status === 0,
    );
  }
});

test('what is not asked is not in the query', () => {
  assert.equal(routeUrl('listApps', {}, { limit: 5, cursor: undefined }), '/v1/apps?limit=5');
  assert.equal(routeUrl('listApps', {}, { cursor: 'a&b=c' }), '/v1/apps?cursor=a%26b%3Dc');
});

test('an answer of something in between is told as that', () => {
  for (const body of [null, 'Bad gateway', {}, { error: 'no' }, { error: { code: 1, message: 'x' } }]) {
    const { code, status } = readApiError(body, 502);
    assert.deepEqual({ code, status }, { code: 'unexpected', status: 502 });
  }
  const { code, hint, details } = readApiError(
    { error: { code: 'app_not_found', message: 'No.', hint: 'Look.', details: { app: 'x' } } },
    404,
  );
  assert.deepEqual({ code, hint, details }, { code: 'app_not_found', hint: 'Look.', details: { app: 'x' } });
});
