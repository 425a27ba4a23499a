import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BUNDLE_LIMITS, CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { BundleEntry } from '@rig-ops/contract/bundle-manifest';
import { failsWith } from '../testing/expect-error.ts';
import { manifestId } from './manifest-id.ts';
import { validateManifest } from './validate-manifest.ts';

const digest = 'a'.repeat(64);
const file = (path: string, more: object = {}): BundleEntry => ({
  type: 'file',
  path,
  executable: false,
  size: 1,
  chunks: [digest],
  ...more,
});
const symlink = (path: string, target: string): BundleEntry => ({ type: 'symlink', path, target });
const manifest = (...entries: BundleEntry[]) => ({ version: 1 as const, entries });

test('takes what keeps the rules', () => {
  validateManifest(
    manifest(
      file('.hidden'),
      file('a/b'),
      { type: 'directory', path: 'a/empty' },
      symlink('a/up', '../c'),
      symlink('a/zigzag', 'b/../../a/b'),
      file('c', { size: CHUNK_BYTES + 1, chunks: [digest, digest] }),
      file('d', { size: 0, chunks: [] }),
      symlink('root', '.'),
      file('\u00fc'),
    ),
  );
});

const bad: [what: string, entries: BundleEntry[]][] = [
  ['an absolute path', [file('/etc/passwd')]],
  ['a way up', [file('a/../../b')]],
  ['a bare way up', [file('..')]],
  ['a dot', [file('./a')]],
  ['an empty name', [file('a//b')]],
  ['a slash at the end', [file('a/')]],
  ['no path', [file('')]],
  ['a NUL', [file('a\0b')]],
  ['a backslash', [file('..\\a')]],
  ['a name that is not in normal form C', [file('e\u0301')]],
  ['half a character', [file('a\ud800')]],
  ['a path that is too long', [file('x'.repeat(BUNDLE_LIMITS.pathBytes + 1))]],
  ['a path that is too deep', [file(Array.from({ length: 65 }, () => 'd').join('/'))]],
  ['the same path twice', [file('a'), file('a')]],
  ['paths out of order', [file('b'), file('a')]],
  ['order by UTF-16', [file('\u{1F600}'), file('\uFFEE')]],
  ['paths that differ in case only', [file('README'), file('readme')]],
  ['folders that differ in case only', [file('A/x'), file('a/y')]],
  ['a file below a symlink', [symlink('a', 'b'), file('a/x')]],
  ['a file below a file', [file('a'), file('a/x')]],
  ['a file below an empty folder', [{ type: 'directory', path: 'a' }, file('a/x')]],
  ['a symlink to an absolute path', [symlink('a', '/etc')]],
  ['a symlink out of the tree', [symlink('a/b', '../../c')]],
  ['a symlink behind another and back', [symlink('a', 'b/c/d'), symlink('z', 'a/../../..')]],
  ['a symlink to nothing', [symlink('a', '')]],
  ['a symlink with a backslash', [symlink('a', '..\\b')]],
  ['too few chunks', [file('a', { size: CHUNK_BYTES + 1 })]],
  ['a chunk of an empty file', [file('a', { size: 0 })]],
  ['a digest that is none', [file('a', { chunks: ['../../etc'] })]],
  ['a size that is none', [file('a', { size: -1, chunks: [] })]],
  ['a size that is a fraction', [file('a', { size: 0.5 })]],
];
for (const [what, entries] of bad) {
  test(`refuses ${what}`, () => {
    assert.throws(() => validateManifest(manifest(...entries)), failsWith('invalid_bundle'));
  });
}

test('refuses more than the platform takes', () => {
  const chunks = Array.from({ length: BUNDLE_LIMITS.totalBytes / CHUNK_BYTES + 1 }, () => digest);
  const large = manifest(file('a', { size: BUNDLE_LIMITS.totalBytes + 1, chunks }));
  assert.throws(() => validateManifest(large), failsWith('bundle_too_large', /With a the bundle/));
  validateManifest(large, { entries: 1, totalBytes: BUNDLE_LIMITS.totalBytes + 1 });
  const two = manifest(file('a'), file('b'));
  assert.throws(
    () => validateManifest(two, { entries: 1, totalBytes: 9 }),
    failsWith('bundle_too_large', /more than 1 entries/),
  );
  assert.throws(
    () => validateManifest(two, { entries: 2, totalBytes: 1 }),
    failsWith('bundle_too_large', /With b the bundle has more than 1 bytes/),
  );
});

test('the id does not depend on the order of keys, and on everything else', () => {
  const entry = { type: 'file' as const, path: 'a', executable: false, size: 1, chunks: [digest] };
  const shuffled = { chunks: [digest], size: 1, executable: false, path: 'a', type: 'file' as const };
  const id = manifestId(manifest(entry));
  const canonical = `{"version":1,"entries":[{"type":"file","path":"a","executable":false,"size":1,"chunks":["${digest}"]}]}`;
  assert.equal(id, createHash('sha256').update(canonical).digest('hex'));
  assert.equal(manifestId({ entries: [shuffled], version: 1 }), id);
  assert.notEqual(manifestId(manifest({ ...entry, executable: true })), id);
  assert.notEqual(manifestId(manifest({ ...entry, path: 'b' })), id);
});
