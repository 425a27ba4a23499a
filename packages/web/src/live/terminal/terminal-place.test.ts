import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTerminalPlace } from './terminal-place.ts';

test('apps, networks and sessions', () => {
  assert.equal(readTerminalPlace([]), null);
  assert.deepEqual(readTerminalPlace(['shop']), { kind: 'app', app: 'shop', instance: null });
  assert.deepEqual(readTerminalPlace(['session', 'web.1']), {
    kind: 'app',
    app: 'session',
    instance: 'web.1',
  });
  assert.deepEqual(readTerminalPlace(['network', 'web.1']), {
    kind: 'app',
    app: 'network',
    instance: 'web.1',
  });
  assert.deepEqual(readTerminalPlace(['network', 'staging']), { kind: 'network', network: 'staging' });
  assert.deepEqual(readTerminalPlace(['session', 'ses_1', 'watch']), {
    kind: 'session',
    session: 'ses_1',
    watch: true,
  });
});
