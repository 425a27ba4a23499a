import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { parseReference } from './parse-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('a name of an image is read as Docker reads it', () => {
  const rows: [text: string, registry: string, repository: string, tag: string | null, shown: string][] = [
    ['nginx', 'docker.io', 'library/nginx', 'latest', 'nginx:latest'],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', 'nginx:1.27'],
    ['team/shop', 'docker.io', 'team/shop', 'latest', 'team/shop:latest'],
    ['docker.io/library/nginx:1', 'docker.io', 'library/nginx', '1', 'nginx:1'],
    ['ghcr.io/team/shop:v1', 'ghcr.io', 'team/shop', 'v1', 'ghcr.io/team/shop:v1'],
    ['localhost/shop', 'localhost', 'shop', 'latest', 'localhost/shop:latest'],
    ['127.0.0.1:5000/shop', '127.0.0.1:5000', 'shop', 'latest', '127.0.0.1:5000/shop:latest'],
    ['registry:5000/a/b:x', 'registry:5000', 'a/b', 'x', 'registry:5000/a/b:x'],
    [`nginx@${digest}`, 'docker.io', 'library/nginx', null, `nginx@${digest}`],
    [`nginx:1@${digest}`, 'docker.io', 'library/nginx', '1', `nginx:1@${digest}`],
  ];
  for (const [text, registry, repository, tag, shown] of rows) {
    const read = parseReference(text);
    assert.deepEqual(
      [read.registry, read.repository, read.tag, read.shown],
      [registry, repository, tag, shown],
      text,
    );
  }
});

test('what is no name is refused, with what is wrong about it', () => {
  const rows: [text: string, why: RegExp][] = [
    ['', /characters/],
    ['Nginx', /upper-case/],
    ['nginx:', /no tag/],
    ['nginx:a b', /no tag/],
    ['nginx@sha256:12', /digest/],
    ['https://ghcr.io/a', /./],
    ['a//b', /characters/],
    ['a'.repeat(300), /characters/],
    ['b'.repeat(64), /id is only known/],
    ['--help', /characters/],
  ];
  for (const [text, why] of rows)
    assert.throws(
      () => parseReference(text),
      (error) => isRigError(error) && error.code === 'image_name_invalid' && why.test(error.message),
      text,
    );
});
