import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListen } from './parse-listen.ts';

const tls = { 'tls-cert': 'cert.pem', 'tls-key': '/etc/key.pem' };

test('an address beyond loopback takes TLS, or a word that it need not', () => {
  assert.deepEqual(parseListen({ listen: '0.0.0.0:7443', ...tls, insecure: false }, '/srv'), {
    host: '0.0.0.0',
    port: 7443,
    tls: { cert: '/srv/cert.pem', key: '/etc/key.pem' },
    insecure: false,
    publicUrl: null,
  });
  for (const listen of ['0.0.0.0:1', '[::]:1', 'rig.example.com:1', '10.0.0.1:1']) {
    assert.throws(() => parseListen({ listen, insecure: false }, '/'), { code: 'tls_required' }, listen);
    assert.equal(parseListen({ listen, insecure: true }, '/')?.tls, null);
  }
  for (const listen of ['127.0.0.1:1', '[::1]:1', 'localhost:1']) {
    assert.equal(parseListen({ listen, insecure: false }, '/')?.tls, null, listen);
  }
});

test('nothing said leaves it as it was, and off is nowhere', () => {
  assert.equal(parseListen({ insecure: false }, '/'), undefined);
  assert.equal(parseListen({ listen: 'off', insecure: false }, '/'), null);
  for (const listen of ['', '7443', ':7443', '0.0.0.0', '::1:7443', 'a:b', '0.0.0.0:65536', 'a b:1']) {
    assert.throws(
      () => parseListen({ listen, ...tls, insecure: false }, '/'),
      { code: 'invalid_input' },
      listen,
    );
  }
});

const parse = (url: string) =>
  parseListen({ listen: '127.0.0.1:7080', insecure: false, 'public-url': url }, '/')?.publicUrl;

test('the address of a proxy in front is the beginning of a URL', () => {
  assert.equal(parse('https://Rig.example.com/'), 'https://rig.example.com');
  assert.equal(parse('https://rig.example.com:8443'), 'https://rig.example.com:8443');
  for (const url of [
    'rig.example.com',
    'https://rig.example.com/x',
    'https://a:b@rig.example.com',
    'ftp://rig',
  ])
    assert.throws(() => parse(url), { code: 'invalid_input' }, url);
});
