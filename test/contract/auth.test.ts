import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { INVOCATION_HEADER } from '@rig-ops/contract/api-version';
import { Sandbox } from './run-rig.ts';

describe('the platform a command talks to', { concurrency: 1, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ user: request.headers.authorization, role: 'admin' }));
  });
  let url = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await sandbox.remove();
    server.closeAllConnections();
    server.close();
  });

  async function ask(argv: string[], env: Record<string, string> = {}) {
    const { stdout, code } = await sandbox.run(['kin', 'platform', 'blog', '--json', ...argv], { env });
    return { code, document: JSON.parse(stdout) as { user?: string; error?: { code: string } } };
  }

  test('comes from the environment, and learns the id of the audit record', async () => {
    const { code, document } = await ask([], { RIG_URL: url, RIG_TOKEN: 'token-of-ci' });
    assert.deepEqual([code, document], [0, { user: 'Bearer token-of-ci', role: 'admin', app: 'blog' }]);
    const finish = sandbox.audit().at(-1);
    assert.deepEqual([finish?.context, finish?.id], ['RIG_URL', requests.at(-1)?.[INVOCATION_HEADER]]);
    assert.equal((await ask([], { RIG_URL: url })).document.error?.code, 'not_authenticated');
  });

  test('comes from --context, RIG_CONTEXT, or the one in use', async () => {
    for (const name of ['one', 'two', 'three']) {
      const add = ['context', 'add', name, '--url', url, '--token', '-'];
      assert.equal((await sandbox.run(add, { stdin: `token-${name}` })).code, 0);
    }
    await sandbox.run(['context', 'use', 'one']);
    assert.equal((await ask([])).document.user, 'Bearer token-one');
    assert.equal((await ask([], { RIG_CONTEXT: 'two' })).document.user, 'Bearer token-two');
    assert.equal(
      (await ask(['--context', 'three'], { RIG_CONTEXT: 'two' })).document.user,
      'Bearer token-three',
    );
    assert.equal(sandbox.audit().at(-1)?.context, 'three');
    const unknown = await ask(['--context', 'four']);
    assert.deepEqual([unknown.code, unknown.document.error?.code], [6, 'context_not_found']);
  });

  test('is not started for a mistyped flag', async () => {
    await sandbox.run(['context', 'use', 'embedded']);
    const { code } = await sandbox.run(['kin', 'platform', '--bogus']);
    assert.deepEqual([code, existsSync(join(sandbox.home, 'platform'))], [2, false]);
  });
});
