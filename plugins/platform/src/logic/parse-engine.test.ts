import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseEngine } from './parse-engine.ts';

const refused = (flags: Parameters<typeof parseEngine>[0], message: RegExp): void =>
  assert.throws(() => parseEngine(flags, '/here'), { code: 'invalid_input', message });

it('says what was asked for, and no more', () => {
  assert.deepEqual(parseEngine({}, '/here'), {});
  assert.deepEqual(parseEngine({ engine: 'process' }, '/here'), { engine: 'process' });
  assert.deepEqual(parseEngine({ engine: 'docker', 'docker-host': 'run/d.sock' }, '/here'), {
    engine: 'docker',
    docker: { host: 'unix:///here/run/d.sock', certificates: null },
  });
  assert.deepEqual(parseEngine({ 'docker-host': 'tcp://127.0.0.1:2375' }, '/here'), {
    docker: { host: 'tcp://127.0.0.1:2375', certificates: null },
  });
});

it('refuses a daemon that cannot be meant', () => {
  refused({ 'docker-host': 'ssh://box' }, /no address/);
  refused({ 'docker-host': 'tcp://10.0.0.1' }, /of this machine/);
  refused({ 'docker-certificates': 'certs' }, /needs no certificates/);
  refused({ 'docker-host': 'tcp://127.0.0.1', 'docker-certificates': 'certs' }, /\/here\/certs\/ca\.pem/);
  refused({ 'docker-host': 'unix:///run/d.sock', 'docker-certificates': 'certs' }, /no TLS/);
});
