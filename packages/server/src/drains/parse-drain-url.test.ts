import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseDrainUrl } from './parse-drain-url.ts';

const more = { allowPrivate: false, headers: {}, ca: undefined };
const read = (url: string) => {
  const { kind, secure, hostname, port, path } = parseDrainUrl(url, more);
  return `${kind} ${secure} ${hostname} ${port} ${path}`;
};

it('reads the kinds of receivers with their usual ports', () => {
  assert.equal(read('syslog://logs.example.com'), 'syslog false logs.example.com 514 ');
  assert.equal(read('syslog+tls://logs.example.com/'), 'syslog true logs.example.com 6514 ');
  assert.equal(read('syslog://[2606:4700::1111]:1514'), 'syslog false 2606:4700::1111 1514 ');
  assert.equal(read('http://otel.example.com'), 'otlp false otel.example.com 4318 /v1/logs');
  assert.equal(read('http://otel.example.com:80/'), 'otlp false otel.example.com 80 /v1/logs');
  assert.equal(read('https://otel.example.com/in?x=1'), 'otlp true otel.example.com 443 /in?x=1');
  assert.equal(read('https+ndjson://in.example.com'), 'ndjson true in.example.com 443 /');
  assert.equal(read('http+ndjson://in.example.com:8080/a?b'), 'ndjson false in.example.com 8080 /a?b');
});

it('refuses what it cannot send to, and what it may not', () => {
  for (const url of [
    '',
    'logs',
    'ftp://x',
    'syslog://',
    'https://me:pw@x.example',
    'syslog://x/path',
    'https://',
  ])
    assert.throws(() => read(url), { code: 'invalid_input' }, url);
  for (const url of [
    'syslog://127.0.0.1',
    'http://localhost:4318',
    'http+ndjson://127.0.0.1',
    'http+ndjson://2130706433',
    'http://2130706433',
    'http://0x7f.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'http://169.254.169.254',
    'syslog://app.localhost',
  ])
    assert.throws(() => read(url), { code: 'drain_target_refused' }, url);
  assert.equal(parseDrainUrl('http://127.0.0.1', { ...more, allowPrivate: true }).hostname, '127.0.0.1');
});
