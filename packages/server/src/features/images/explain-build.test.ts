import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainBuild } from './explain-build.ts';

const explain = (error: string, step: string | null = null) =>
  explainBuild({
    build: 'bld_1',
    dockerfile: 'Dockerfile',
    outcome: { id: null, error, step },
    lastLines: ['last'],
  });

test('what a daemon says of a build is told in the words of whoever wrote the Dockerfile', () => {
  const solve = 'failed to solve with frontend dockerfile.v0: failed to create LLB definition: ';
  const rows: [said: string, step: string | null, message: RegExp][] = [
    [
      'executor failed running [/bin/sh -c x]: exit code: 4',
      '[2/2] RUN x',
      /^The build failed: step \[2\/2\] RUN x failed with exit code 4\.$/,
    ],
    ['process "/bin/sh -c x" did not complete successfully: exit code: 137', 'x', /exit code 137/],
    ["The command '/bin/sh -c x' returned a non-zero code: 3", '[2/2] RUN x', /exit code 3/],
    [
      `${solve}dockerfile parse error line 2: unknown instruction: RNU`,
      null,
      /Dockerfile line 2: unknown instruction: RNU/,
    ],
    [
      `${solve}dockerfile parse error on line 3: unterminated heredoc`,
      null,
      /Dockerfile line 3: unterminated heredoc/,
    ],
    [`${solve}target stage zz could not be found`, null, /Dockerfile has no stage zz/],
    [
      'failed to compute cache key: "/nothing" not found: not found',
      '[2/2] COPY nothing /',
      /the source has no nothing, or \.dockerignore/,
    ],
    [
      `${solve}failed to do request: Head "https://registry-1.docker.io/v2/library/nosuch/manifests/2": dial tcp: lookup registry-1.docker.io: no such host`,
      null,
      /the registry of nosuch:2 does not answer/,
    ],
    [
      `${solve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      null,
      /there is no image/,
    ],
    ['failed to solve: secret NO: not found', '[2/2] RUN', /wants the secret NO/],
  ];
  for (const [said, step, message] of rows) {
    const error = explain(said, step);
    assert.equal(error.code, 'build_failed', said);
    assert.match(error.message, message);
    assert.deepEqual(error.details?.lastLines, ['last']);
  }
  assert.equal(explain('write /x: no space left on device', '[2/2] RUN x').code, 'disk_full');
});

test('what a daemon says of a Dockerfile that is made to take long is read as far as people would', () => {
  const name = `${'docker.io/'.repeat(50_000)}x!`;
  const error = explain(`failed to compute cache key: failed to do request: ${name} denied`, '[1/1] COPY');
  assert.equal(error.code, 'build_failed');
  assert.ok(error.message.length < 5_000);
});

test('a step that finds no room is told as a full disk, whatever its code is', () => {
  const error = explainBuild({
    build: 'bld_1',
    dockerfile: 'Dockerfile',
    outcome: { id: null, error: 'executor failed running [/bin/sh -c x]: exit code: 1', step: '[2/2] RUN x' },
    lastLines: ["dd: error writing '/big': No space left on device", '46+0 records out'],
  });
  assert.equal(error.code, 'disk_full');
  assert.match(error.message, /in step \[2\/2\] RUN x: the disk of the Docker daemon is full/);
  assert.match(error.hint, /docker builder prune/);
});
