import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { User } from '../support/rig.ts';

let user: User;
let folder = '';
before(() => {
  user = new User();
  folder = user.source('shop', {
    'rig.toml': 'app = "shop"\n[processes]\nweb = "node server.js"\n',
    'server.js': `require('node:http').createServer((_, answer) => answer.end('one')).listen(process.env.PORT, process.env.HOST);\n`,
  });
});
after(() => user.close());

interface Plan {
  digest: string;
  hasChanges: boolean;
  changes: { area: string; name: string; change: string }[];
  files: { path: string; change: string }[] | null;
}

async function plan(...flags: string[]): Promise<Plan & { exitCode: number | null }> {
  const { code: exitCode, stdout } = await user.run(['deploy', folder, '--plan', '-o', 'json', ...flags]);
  return { ...(JSON.parse(stdout) as Plan), exitCode };
}
const told = ({ changes }: Plan, area: string) =>
  changes.filter((change) => change.area === area).map(({ change, name }) => `${change} ${name}`);

test('a plan tells what would change, and changes nothing', async () => {
  const first = await plan('--domain', 'shop.example.com');
  assert.equal(first.exitCode, 20);
  assert.deepEqual(told(first, 'app'), ['added shop']);
  assert.deepEqual(told(first, 'route'), ['added shop.example.com', 'added web']);
  await user.fails(['apps', 'info', 'shop'], 'app_not_found', 6);
});

test('what was planned is deployed, and nothing else', async () => {
  const { digest } = await plan('--domain', 'shop.example.com');
  const flags = ['--domain', 'shop.example.com', '--yes'];
  await user.json(['deploy', folder, '--apply-plan', digest, ...flags]);
  const again = await plan('--domain', 'shop.example.com');
  assert.deepEqual([again.exitCode, again.hasChanges, again.changes, again.files], [0, false, [], []]);

  // The plan was for an app without a release.
  await user.fails(['deploy', folder, '--apply-plan', digest, ...flags], 'plan_stale', 7);
  const { digest: next } = await plan('--domain', 'www.example.com');
  await user.fails(
    ['deploy', folder, '--apply-plan', next, '--domain', 'other.example.com'],
    'plan_stale',
    7,
  );
  writeFileSync(join(folder, 'extra.txt'), 'x');
  await user.fails(['deploy', folder, '--apply-plan', next, '--domain', 'www.example.com'], 'plan_stale', 7);
  const changed = await plan();
  assert.deepEqual(
    changed.files?.map(({ change, path }) => `${change} ${path}`),
    ['added extra.txt'],
  );
});

test('a plan refuses a host name that the app cannot have', async () => {
  await user.json(['apps', 'create', 'blog']);
  await user.json(['apps', 'domains', 'add', 'blog.example.com', '--app', 'blog']);
  await user.fails(['deploy', folder, '--plan', '--domain', 'blog.example.com'], 'domain_taken', 7);
});
