import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { createLog } from '../../../log.ts';
import { PullKeys } from './pull-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-pull-keys-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'docker-config.json');
const write = (content: object | string) => {
  writeFileSync(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(`${path}.new`, path);
};

it('a pod has the credentials of the registries of its images, as they are now, and no others', () => {
  const said: string[] = [];
  const keys = new PullKeys(path, createLog({ write: (line: string) => said.push(line) }));
  const of = (...images: string[]) => JSON.parse(keys.for(images) ?? 'null') as unknown;
  assert.equal(of('ghcr.io/team/shop:1'), null);
  write({
    auths: { 'ghcr.io': { auth: 'one' }, 'quay.io': { auth: 'two' }, 'index.docker.io': { auth: 'hub' } },
  });
  assert.deepEqual(of('ghcr.io/team/shop@sha256:1', 'ghcr.io/rig:1'), {
    auths: { 'ghcr.io': { auth: 'one' } },
  });
  assert.deepEqual(of('nginx'), { auths: { 'https://index.docker.io/v1/': { auth: 'hub' } } });
  assert.equal(of('registry.example.com/shop'), null);
  // A token in the place of a password is nothing that a kubelet takes.
  write({ auths: { 'ghcr.io': { identitytoken: 'three' } } });
  assert.equal(of('ghcr.io/team/shop:1'), null);
  write({ auths: { 'ghcr.io': { auth: 'four' } } });
  assert.deepEqual(of('ghcr.io/a'), { auths: { 'ghcr.io': { auth: 'four' } } });
  write('{"auths": {"ghcr.io": {"auth": "s3cret');
  assert.deepEqual(of('ghcr.io/a'), { auths: { 'ghcr.io': { auth: 'four' } } }, 'as it was before');
  assert.doesNotMatch(said.join(''), /s3cret/);
  rmSync(path);
  assert.equal(of('ghcr.io/a'), null);
});
