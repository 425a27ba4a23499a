import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeDockerHost, parseDockerHost } from './docker-host.ts';

describe('the address of a daemon', () => {
  it('is a socket or a port', () => {
    for (const text of ['unix:///run/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://[::1]:99']) {
      assert.equal(describeDockerHost(parseDockerHost(text)), text);
    }
    assert.deepEqual(parseDockerHost('tcp://box'), { kind: 'tcp', host: 'box', port: 2375, tls: null });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'docker',
      'unix://run/docker.sock',
      'http://box',
      'tcp://',
      'tcp://a@box',
      'ssh://box',
    ])
      assert.throws(() => parseDockerHost(text), { code: 'invalid_input' }, text);
  });

  it('needs the certificates it names', () => {
    assert.throws(() => parseDockerHost('tcp://box', '/nowhere'), {
      code: 'invalid_input',
      message: /ca\.pem/,
    });
    assert.throws(() => parseDockerHost('unix:///run/docker.sock', '/nowhere'), { code: 'invalid_input' });
  });
});
