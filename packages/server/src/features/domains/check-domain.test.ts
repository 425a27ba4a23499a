import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openDatabase } from '../../store/database.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { checkDomain } from './check-domain.ts';
import { SqlDomainStore } from './domain-store.ts';

it('host names are what DNS takes for one', () => {
  assert.equal(checkDomain('Shop.Example.COM.'), 'shop.example.com');
  assert.equal(checkDomain('xn--bcher-kva.example'), 'xn--bcher-kva.example');
  for (const text of [
    '',
    'shop',
    'http://shop.example.com',
    'shop.example.com:80',
    'shop.example.com/x',
    '-a.example',
    'a..b',
    '*.example.com',
    '127.0.0.1',
    'bücher.example',
    'shop.localhost',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
  ])
    assert.throws(() => checkDomain(text), { code: 'invalid_domain' }, text);
});

it('a host name is of one app at most, and a change is made whole or not at all', async () => {
  const db = await openDatabase(':memory:');
  const [apps, domains] = [new SqlAppStore(db), new SqlDomainStore(db)];
  for (const name of ['a', 'b'])
    await apps.create({ id: `app_${name}`, name, network: 'default', createdAt: '2026-01-02T03:04:05.678Z' });
  await domains.change('app_a', ['one.example', 'two.example'], []);
  await domains.change('app_a', ['one.example'], []);
  await assert.rejects(domains.change('app_b', ['three.example', 'two.example'], []), {
    code: 'domain_taken',
  });
  assert.deepEqual(await domains.of('app_b'), []);
  await assert.rejects(domains.change('app_b', [], ['one.example']), { code: 'domain_not_found' });
  await domains.change('app_a', [], ['two.example']);
  await domains.change('app_b', ['two.example'], []);
  assert.deepEqual(
    [...(await domains.all())],
    [
      ['app_a', ['one.example']],
      ['app_b', ['two.example']],
    ],
  );
  await domains.change('app_a', ['four.example'], ['one.example'], { check: true });
  assert.deepEqual(await domains.of('app_a'), ['one.example']);
  await assert.rejects(domains.change('app_a', ['two.example'], [], { check: true }), {
    code: 'domain_taken',
  });
  const many = Array.from({ length: 51 }, (_, index) => `h${index}.example`);
  await assert.rejects(domains.change('app_a', many, []), { code: 'invalid_domain' });
  await apps.remove('app_b');
  await domains.change('app_a', ['two.example'], []);
});
