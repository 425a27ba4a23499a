import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { readConfigKeys } from './config-keys.ts';
import { ConfigSealer } from './config-sealer.ts';

const place = { appId: 'app_1', configId: 'cfg_1', key: 'PASSWORD' };

it('what is sealed opens only where it belongs, and unaltered', async (test) => {
  const path = join(await makeTemporaryFolder(test), 'keys.json');
  const sealer = new ConfigSealer(await readConfigKeys(path));
  for (const value of ['', 'geheim', 'zwei\nZeilen', 'ü'.repeat(30_000)]) {
    const sealed = sealer.seal(value, place);
    assert.ok(value === '' || !sealed.includes(Buffer.from(value).toString('base64url')));
    assert.notEqual(sealed, sealer.seal(value, place), 'a nonce was used twice');
    assert.equal(sealer.open(sealed, place), value);
    for (const elsewhere of [{ appId: 'app_2' }, { configId: 'cfg_2' }, { key: 'PASSWORD2' }])
      assert.throws(() => sealer.open(sealed, { ...place, ...elsewhere }), { code: 'config_sealed' });
  }
  const sealed = sealer.seal('geheim', place);
  const [id, body] = sealed.split('.') as [string, string];
  const bytes = Buffer.from(body, 'base64url');
  for (const at of [0, 12, bytes.length - 1]) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    assert.throws(() => sealer.open(`${id}.${altered.toString('base64url')}`, place), {
      code: 'config_sealed',
    });
  }
  for (const text of ['', '.', `${id}.`, `${id}.AAAA`, `other.${body}`])
    assert.throws(() => sealer.open(text, place), { code: 'config_sealed' });
});

it('keys are made once, are nobody else’s to read, and can be replaced', async (test) => {
  const path = join(await makeTemporaryFolder(test), 'keys.json');
  const first = new ConfigSealer(await readConfigKeys(path));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const sealed = first.seal('old', place);
  assert.equal(new ConfigSealer(await readConfigKeys(path)).open(sealed, place), 'old');
  const file = JSON.parse(await readFile(path, 'utf8')) as { current: string; keys: Record<string, string> };
  file.keys['k_next'] = Buffer.alloc(32, 7).toString('base64');
  await writeFile(path, JSON.stringify({ ...file, current: 'k_next' }));
  const rotated = new ConfigSealer(await readConfigKeys(path));
  assert.equal(rotated.open(sealed, place), 'old');
  assert.match(rotated.seal('new', place), /^k_next\./);
});

it('a file of keys that is damaged is refused and left alone', async (test) => {
  const path = join(await makeTemporaryFolder(test), 'keys.json');
  for (const text of ['', '{', '{}', '{"current":"a","keys":{"a":"AAAA"}}', '{"current":"a","keys":{}}']) {
    await writeFile(path, text);
    await chmod(path, 0o600);
    await assert.rejects(readConfigKeys(path), { code: 'config_unreadable' });
    assert.equal(await readFile(path, 'utf8'), text);
  }
});
