import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toAnswerError, toConnectionError } from './cluster-errors.ts';

const status = (code: number, message: string, more: object = {}): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code, ...more });

const codeOfForbidden = (message: string): string => toAnswerError(403, status(403, message)).code;
const codeOfFailure = (code: string): string =>
  toConnectionError('https://c', Object.assign(new Error('words'), { code })).code;

describe('what an API server refuses', () => {
  it('tells the role that is missing', () => {
    const error = toAnswerError(
      403,
      status(
        403,
        'deployments.apps is forbidden: User "system:serviceaccount:rig:rigd" cannot patch resource "deployments" in API group "apps" in the namespace "rig-web"',
        { reason: 'Forbidden' },
      ),
    );
    assert.equal(error.code, 'cluster_not_permitted');
    assert.match(
      error.hint,
      /system:serviceaccount:rig:rigd a role with the verb patch on deployments\.apps in the namespace rig-web/,
    );
    assert.deepEqual(error.details?.['role'], {
      user: 'system:serviceaccount:rig:rigd',
      verb: 'patch',
      resource: 'deployments',
      group: 'apps',
      namespace: 'rig-web',
    });
  });

  it('is told apart from a quota, a policy and a namespace that goes', () => {
    assert.equal(
      codeOfForbidden(
        'pods "a" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
      ),
      'cluster_quota',
    );
    assert.equal(
      codeOfForbidden('pods "a" is forbidden: violates PodSecurity "restricted:latest"'),
      'cluster_rejected',
    );
    assert.equal(
      codeOfForbidden(
        'configmaps "a" is forbidden: unable to create new content in namespace x because it is being terminated',
      ),
      'cluster_conflict',
    );
  });

  it('names the manager whose field it is', () => {
    const error = toAnswerError(
      409,
      status(409, 'Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas', {
        reason: 'Conflict',
        details: {
          causes: [
            {
              reason: 'FieldManagerConflict',
              message: 'conflict with "kubectl" using apps/v1',
              field: '.spec.replicas',
            },
          ],
        },
      }),
    );
    assert.equal(error.code, 'cluster_conflict');
    assert.deepEqual(error.details?.['managers'], [{ manager: 'kubectl', field: '.spec.replicas' }]);
    assert.match(error.hint, /kubectl has set \.spec\.replicas/);
  });

  it('has a code for each status, also where a proxy answers', () => {
    assert.deepEqual(
      [401, 404, 410, 422, 429, 500, 503].map((code) => toAnswerError(code, '<html>no</html>').code),
      [
        'cluster_not_authenticated',
        'cluster_not_found',
        'cluster_expired',
        'cluster_rejected',
        'cluster_busy',
        'cluster_refused',
        'cluster_busy',
      ],
    );
    assert.match(toAnswerError(502, '').message, /status 502/);
  });
});

describe('a connection that fails', () => {
  it('tells a certificate from a server that does not answer', () => {
    for (const code of [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ])
      assert.equal(codeOfFailure(code), 'cluster_untrusted', code);
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EPROTO', ''])
      assert.equal(codeOfFailure(code), 'cluster_unreachable', code);
  });
});
