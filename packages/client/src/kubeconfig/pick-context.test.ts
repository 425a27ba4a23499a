import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../testing/temporary-folder.ts';
import { pickContext } from './pick-context.ts';

const config = `apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: dev
  cluster: {server: 'https://10.0.0.1:6443', certificate-authority: ca.crt}
- name: prod
  cluster: {server: 'https://prod.example.com', certificate-authority-data: Y2E=, proxy-url: 'http://p'}
users:
- name: ann
  user: {client-certificate: ann.crt, client-key-data: a2V5, tokenFile: token}
- name: cloud
  user: {exec: {command: get-token, apiVersion: v1}}
contexts:
- name: dev
  context: {cluster: dev, user: ann, namespace: mine}
- name: cloud
  context: {cluster: dev, user: cloud}
- name: prod
  context: {cluster: prod, user: ann}
- name: half
  context: {cluster: none, user: ann}
`;

test('one context of a kubeconfig has everything in it, and nothing of the others', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'config');
  await writeFile(file, config);
  await writeFile(join(folder, 'ca.crt'), 'CA');
  await writeFile(join(folder, 'ann.crt'), 'CERT');
  await writeFile(join(folder, 'token'), 'secret\n');
  const pick = (context?: string, more: object = {}) =>
    pickContext({ file, context, cwd: '/', env: {}, ...more });
  const expected = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dev',
    clusters: [
      { name: 'dev', cluster: { server: 'https://10.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } },
    ],
    users: [
      {
        name: 'ann',
        user: { 'client-key-data': 'a2V5', 'client-certificate-data': 'Q0VSVA==', token: 'secret' },
      },
    ],
    contexts: [{ name: 'dev', context: { cluster: 'dev', user: 'ann' } }],
  };
  assert.deepEqual(JSON.parse(await pick()), expected);
  const named = await pick(undefined, { file: undefined, env: { KUBECONFIG: file } });
  assert.deepEqual(JSON.parse(named), expected);
  const refused = async (message: RegExp, context?: string, more?: object) =>
    await assert.rejects(pick(context, more), { code: 'kubeconfig_invalid', message });
  await refused(/from a program \(exec\)/, 'cloud');
  await refused(/proxy/, 'prod');
  await refused(/the cluster of its context half/, 'half');
  await refused(/no context other; it has dev, cloud, prod, half/, 'other');
  await refused(/ENOENT/, undefined, { file: 'nowhere' });
  await writeFile(file, 'token: [secret');
  await refused(/is no kubeconfig\.$/);
});
