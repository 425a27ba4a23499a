import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildArguments } from './build-arguments.ts';
import { readDockerfile } from './read-dockerfile.ts';

const text = String.raw`# ARG COMMENTED
ARG BASE=box:1 VERSION
FROM $BASE
arg lower
ARG LONG=a \
    AND_MORE
RUN echo ARG NOT_ME
ARG TOKEN
`;

test('the names of arguments are read from a Dockerfile', () => {
  assert.deepEqual([...readDockerfile(text).args], ['BASE', 'VERSION', 'lower', 'LONG', 'AND_MORE', 'TOKEN']);
});

test('a Dockerfile gets the arguments that it asks for, and never a secret', () => {
  const made = buildArguments({
    facts: readDockerfile(text),
    args: { VERSION: 'of rig.toml', UNASKED: 'x' },
    env: { BASE: 'of env', VERSION: 'of env', TOKEN: 'of env', OTHER: 'x' },
    config: { BASE: 'of config', TOKEN: 'sesame', HIDDEN: 'sesame' },
    secretNames: new Set(['TOKEN', 'HIDDEN']),
    baseEnvironment: { https_proxy: 'http://proxy', PATH: '/bin' },
  });
  assert.deepEqual(made.args, { https_proxy: 'http://proxy', BASE: 'of config', VERSION: 'of rig.toml' });
  assert.equal(made.notes.length, 2);
  assert.match(made.notes.join(' '), /no ARG UNASKED.*id=TOKEN/);
});
