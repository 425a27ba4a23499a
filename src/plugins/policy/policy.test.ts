import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { type JudgedPlugin, judge, scriptsAllowed, signatureWanted } from './evaluate-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PluginRules, Policy } from './policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-policy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const policy = (rules: PluginRules, origin = 'file'): Policy => ({ origin, kind: 'user', rules });
const plugin = (
  name: string,
  version: string | null = '1.2.0',
  more: Partial<JudgedPlugin> = {},
): JudgedPlugin => ({
  name,
  version,
  integrity: version === null ? null : 'sha512-a',
  kind: 'registry',
  signature: null,
  signatureKnown: true,
  ...more,
});
const ruleFor = (rules: PluginRules, ...about: Parameters<typeof plugin>) =>
  judge(plugin(...about), [policy(rules)])?.rule;

test('names, scopes and ranges allow, and what is not named is refused', () => {
  const allow = ['rig-plugin-a', '@acme/*@^1', '@other/one@>=2'];
  const allowed: [string, string | null][] = [
    ['rig-plugin-a', '9.9.9'],
    ['@acme/x', '1.9.0'],
    ['@acme/x', null],
    ['@other/one', '2.0.0'],
  ];
  for (const [name, version] of allowed) assert.equal(ruleFor({ allow }, name, version), undefined, name);
  const refused: [string, string | null][] = [
    ['rig-plugin-ab', '1.0.0'],
    ['rig-plugin-ab', null],
    ['@acme/x', '2.0.0'],
    ['@acmeevil/x', '1.0.0'],
    ['@other/two', '2.0.0'],
    ['@other/one', '1.9.9'],
  ];
  for (const [name, version] of refused) assert.equal(ruleFor({ allow }, name, version), 'allow', name);
  assert.equal(ruleFor({ allow: [] }, 'anything'), 'allow');
});

test('what is denied is not allowed, and a range is waited for', () => {
  const rules = { allow: ['@acme/*'], deny: ['@acme/bad', '@acme/old@<1.2'] };
  assert.equal(ruleFor(rules, '@acme/bad', null), 'deny');
  assert.equal(ruleFor(rules, '@acme/old', null), undefined);
  assert.equal(ruleFor(rules, '@acme/old', '1.1.9'), 'deny');
  assert.equal(ruleFor(rules, '@acme/old', '1.2.0'), undefined);
});

test('a source, a lock and a signature can be asked for', () => {
  assert.equal(ruleFor({ sources: ['registry'] }, 'a', '1.0.0', { kind: 'git' }), 'sources');
  const lock = { a: { version: '1.2.0', integrity: 'sha512-a' } };
  assert.equal(ruleFor({ lock }, 'a'), undefined);
  assert.equal(ruleFor({ lock }, 'a', '1.2.1'), 'lock');
  assert.equal(ruleFor({ lock }, 'a', '1.2.0', { integrity: 'sha512-b' }), 'lock');
  assert.equal(ruleFor({ lock }, 'a', '1.2.0', { integrity: null, kind: 'link' }), 'lock');
  assert.equal(ruleFor({ lock }, 'b', null), 'lock');
  assert.equal(ruleFor({ signatures: 'registry' }, 'a'), 'signatures');
  assert.equal(ruleFor({ signatures: 'registry' }, 'a', '1.2.0', { signatureKnown: false }), undefined);
  assert.equal(ruleFor({ signatures: 'registry' }, 'a', '1.2.0', { signature: 'provenance' }), undefined);
  assert.equal(ruleFor({ signatures: 'provenance' }, 'a', '1.2.0', { signature: 'registry' }), 'signatures');
});

test('the strictest of all applies', () => {
  const policies = [
    policy({ allow: ['a', 'b'] }, 'one'),
    policy({}, 'two'),
    policy({ allow: ['a'] }, 'three'),
  ];
  assert.equal(judge(plugin('a'), policies), undefined);
  assert.equal(judge(plugin('b'), policies)?.origin, 'three');
  assert.equal(
    signatureWanted([policy({ signatures: 'registry' }), policy({ signatures: 'provenance' })]),
    'provenance',
  );
  const names = ['a', 'b', 'c'];
  assert.deepEqual(scriptsAllowed(names, [policy({})]), []);
  assert.deepEqual(scriptsAllowed(names, [policy({ scripts: ['a', 'b'] }), policy({})]), ['a', 'b']);
  assert.deepEqual(scriptsAllowed(names, [policy({ scripts: ['a', 'b'] }), policy({ scripts: ['b'] })]), [
    'b',
  ]);
  assert.deepEqual(scriptsAllowed(names, [policy({ scripts: ['*'] }), policy({ scripts: [] })]), []);
});

test('a policy file is read whole, its lock by a path beside it', () => {
  const plugins = { a: { version: '1.0.0', integrity: 'sha512-a', more: true } };
  writeFileSync(join(folder, 'team.lock'), JSON.stringify({ lockfileVersion: 1, plugins }));
  const text = `[plugins]
allow = ["@acme/*"]
deny = []
sources = ["registry", "git"]
signatures = "registry"
scripts = ["esbuild"]
lock = "team.lock"
`;
  assert.deepEqual(parsePolicy(text, join(folder, 'policy.toml')), {
    rules: {
      allow: ['@acme/*'],
      deny: [],
      sources: ['registry', 'git'],
      signatures: 'registry',
      scripts: ['esbuild'],
      lock: { a: { version: '1.0.0', integrity: 'sha512-a' } },
    },
    lockFile: join(folder, 'team.lock'),
  });
  assert.deepEqual(parsePolicy('', 'p'), { rules: {} });
});

test('a mistake in a policy is an error with its line, not a rule less', () => {
  for (const [text, line, says] of [
    ['[plugins]\nallow = [', 2, /./],
    ['[plugins]\n\nalow = []', 3, /no rule "alow"/],
    ['[plugin]\nallow = []', 1, /no table \[plugin\]/],
    ['plugins = 3', 1, /no table/],
    ['[plugins]\nallow = "a"', 2, /no list/],
    ['[plugins]\nallow = ["@acme"]', 2, /neither a name nor a scope/],
    ['[plugins]\nallow = ["a@newest of all"]', 2, /no range/],
    ['[plugins]\nsources = ["web"]', 2, /sources are registry/],
    ['[plugins]\nsignatures = true', 2, /"registry" or "provenance"/],
    ['[plugins]\nscripts = ["a@1"]', 2, /without a version/],
    ['[plugins]\nlock = "nowhere.lock"', null, /cannot be read/],
  ] as const) {
    assert.throws(
      () => parsePolicy(text, join(folder, 'policy.toml')),
      (error) => {
        assert.ok(isRigError(error) && error.code === 'invalid_policy', String(error));
        assert.match(error.message, says);
        if (line !== null) assert.ok(error.message.includes(`policy.toml:${line}:`), error.message);
        return true;
      },
    );
  }
});
