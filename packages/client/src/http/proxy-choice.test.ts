import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { describeProxy, proxyFor } from './proxy-choice.ts';

const choose = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env);
const exempt = (url: string, list: string) =>
  choose(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: list }) === undefined;

test('each scheme has its variable, small letters first, and a bare host is an HTTP proxy', () => {
  const env = { HTTPS_PROXY: 'http://big:1', https_proxy: 'small:2', HTTP_PROXY: 'http://plain:3' };
  assert.equal(choose('https://rig.example.com', env), 'http://small:2/');
  assert.equal(choose('http://rig.example.com', env), 'http://plain:3/');
  assert.equal(choose('https://rig.example.com', { HTTPS_PROXY: '' }), undefined);
});

test('loopback never goes through a proxy', () => {
  const env = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:1' };
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'app.localhost']) {
    assert.equal(choose(`http://${host}:7000`, env), undefined, host);
    assert.equal(choose(`https://${host}`, env), undefined, host);
  }
  assert.equal(choose('http://localhost.example.com', env), 'http://p:1/');
});

test('NO_PROXY names hosts, domains, ports and ranges', () => {
  const url = 'https://rig.example.com:8443';
  for (const list of [
    '*',
    'rig.example.com',
    'other, example.com',
    '.example.com',
    '*.example.com',
    'EXAMPLE.com:8443',
  ]) {
    assert.ok(exempt(url, list), list);
  }
  for (const list of ['', 'example.org', 'ig.example.com', 'example.com:443', 'rig.example.com.evil']) {
    assert.ok(!exempt(url, list), list);
  }
  assert.ok(exempt('https://10.1.2.3', '10.0.0.0/8') && exempt('https://10.1.2.3', '10.1.2.3'));
  assert.ok(!exempt('https://11.1.2.3', '10.0.0.0/8') && !exempt('https://10.1.2.3', '10.0.0.0/99'));
  assert.ok(exempt('https://[fd00::1]', 'fd00::/8') && !exempt('https://rig.example.com', '10.0.0.0/8'));
});

test('what is no HTTP proxy is refused without telling its password', () => {
  for (const value of ['socks5://u:hunter2@p:1', 'http://']) {
    assert.throws(
      () => choose('https://rig.example.com', { HTTPS_PROXY: value }),
      (error) => isRigError(error) && error.code === 'invalid_input' && !error.message.includes('hunter2'),
    );
  }
  assert.equal(describeProxy('http://u:hunter2@p:1/'), 'http://p:1');
});
