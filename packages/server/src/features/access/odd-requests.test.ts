import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sendRequest } from '../../testing/send-request.ts';
import { startMatrixApi } from './testing/start-matrix-api.ts';

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

describe('requests that try to get past the door', () => {
  let api: Awaited<ReturnType<typeof startMatrixApi>>;
  let token: string;
  before(async () => {
    api = await startMatrixApi({ isolated: true });
    const nobody = await api.addUser('nobody', []);
    token = (await api.issue(nobody.id)).secret;
  });
  after(() => api.close());

  /** A path as it stands: Node's client would not send all of these. */
  const sendLine = async (method: string, path: string, authorization: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(api.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: ${authorization}\r\n\r\n`,
    );
    return promise;
  };

  it('finds no other way to an app by writing its path differently', async () => {
    const paths = [
      '//v1/apps/shop',
      '/v1//apps/shop',
      '/v1/apps/shop/',
      '/V1/apps/shop',
      '/v1/APPS/shop',
      '/v1/apps/SHOP',
      '/v1/apps/%73hop',
      '/v1/apps/shop%00',
      '/v1/apps/shop%2f',
      '/v1/apps/../apps/shop',
      '/v1/apps/other/../shop',
      '/v1/apps/%2e%2e/apps/shop',
      '/v1/./apps/shop',
      '/v1/apps/shop;x=1',
      '/v1/apps/shop?app=other',
      '/v1/apps/shop#x',
      '\\v1\\apps\\shop',
      'http://127.0.0.1/v1/apps/shop',
      '/v1%2fapps%2fshop',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE', 'PATCH']) {
        const status = statusOf(await sendLine(method, path, `Bearer ${token}`));
        assert.ok([400, 403, 404, 405].includes(status), `${method} ${path}: ${status}`);
      }
    }
    assert.equal(api.reached(), 0);
  });

  it('takes a token as a bearer and in no other way', async () => {
    const owner = await api.issue(
      (await api.addUser('boss', [{ role: 'admin', scope: { kind: 'platform' } }])).id,
    );
    const wrong = [
      '',
      owner.secret,
      `Basic ${Buffer.from(`boss:${owner.secret}`).toString('base64')}`,
      `Token ${owner.secret}`,
      `Bearer`,
      `Bearer ${owner.secret} ${owner.secret}`,
      `Bearer ${owner.secret},`,
      `Bearer "${owner.secret}"`,
      `Bearer ${'x'.repeat(12_000)}`,
    ];
    for (const authorization of wrong) {
      const status = statusOf(await sendLine('GET', '/v1/apps/shop', authorization));
      assert.ok(status === 401 || status === 429, `${authorization.slice(0, 40)}: ${status}`);
    }
    assert.equal(statusOf(await sendLine('GET', '/v1/apps/shop', `Bearer ${'x'.repeat(100_000)}`)), 431);
    const inUrl = await sendRequest({ port: api.port, path: `/v1/apps/shop?access_token=${owner.secret}` });
    assert.equal(inUrl.status, 401);
    assert.equal(api.reached(), 0);
    assert.equal(statusOf(await sendLine('GET', '/v1/apps/shop', `bearer ${owner.secret}`)), 409);
  });

  it('does not let a second name in the query stand for the first', async () => {
    const { token: own } = await api.issue((await api.addUser('curious', [])).id);
    const { secret } = await api.issue(own.userId);
    await api.addUser('victim', []);
    const path = `/v1/access/explain?user=victim&verb=app.read&target=platform&token=${own.id}`;
    const { json } = await sendRequest({ port: api.port, path, token: secret });
    assert.equal(json.error?.code, 'token_not_found');
  });
});
