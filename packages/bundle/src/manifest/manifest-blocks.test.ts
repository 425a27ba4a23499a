import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleEntry, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { failsWith } from '../testing/expect-error.ts';
import { Random } from '../testing/random.ts';
import { joinManifest, makeBlock, splitManifest } from './manifest-blocks.ts';
import { manifestId } from './manifest-id.ts';
import { decodeMissing, encodeMissing } from './missing-bitmap.ts';

const digestOf = (number: number) => number.toString(16).padStart(64, '0');
const fileOf = (number: number): BundleEntry => ({
  type: 'file',
  path: `src/${String(number).padStart(6, '0')}.ts`,
  executable: false,
  size: 1,
  chunks: [digestOf(number)],
});
const manifestOf = (count: number): BundleManifest => ({
  version: 1,
  entries: Array.from({ length: count }, (_, number) => fileOf(number)),
});

test('blocks make the manifest they were made of, with its id', () => {
  for (const count of [0, 1, 2, 63, 5000]) {
    const manifest = manifestOf(count);
    const joined = joinManifest(splitManifest(manifest).map(({ text }) => text));
    assert.deepEqual(joined, { id: manifestId(manifest), manifest });
  }
});

test('a block is of what counts alone, in one order of keys', () => {
  const [entry] = manifestOf(1).entries;
  assert.ok(entry?.type === 'file');
  const { type, path, executable, size, chunks } = entry;
  const other = { size, more: 1, chunks, path, type, executable };
  assert.equal(makeBlock([other]).digest, makeBlock([entry]).digest);
});

test('one entry that changes, comes or goes leaves nearly all blocks as they are', () => {
  const manifest = manifestOf(18_000);
  const before = new Set(splitManifest(manifest).map(({ digest }) => digest));
  assert.ok(before.size > 70 && before.size < 300, `${before.size} blocks`);
  const random = new Random(7);
  for (const change of ['changed', 'gone', 'new'] as const) {
    const entries = [...manifest.entries];
    const at = random.below(entries.length);
    if (change === 'changed') entries[at] = { ...fileOf(at), type: 'symlink', target: 'x' } as BundleEntry;
    if (change === 'gone') entries.splice(at, 1);
    if (change === 'new') entries.splice(at, 0, { type: 'directory', path: `src/${at}-new` });
    const after = splitManifest({ version: 1, entries });
    const fresh = after.filter(({ digest }) => !before.has(digest));
    assert.ok(fresh.length <= 2, `${fresh.length} new blocks after an entry is ${change}`);
    assert.ok(fresh.every((block) => block.entries.length <= 512));
  }
});

test('more text than any manifest has is refused before it is read', () => {
  const text = 'x'.repeat(1024 * 1024);
  const texts = Array.from({ length: 65 }, () => text);
  assert.throws(() => joinManifest(texts), failsWith('invalid_bundle', /larger/));
});

test('what is missing is one bit for each chunk', () => {
  const manifest = manifestOf(20);
  manifest.entries.push({ ...fileOf(3), path: 'z' });
  const missing = new Set([digestOf(3), digestOf(8), digestOf(19)]);
  const text = encodeMissing(manifest, missing);
  assert.deepEqual([...Buffer.from(text, 'base64')], [0b1000, 0b1, 0b1000]);
  assert.deepEqual(decodeMissing(manifest, text), missing);
  assert.equal(encodeMissing(manifest, new Set()), '');
  assert.equal(decodeMissing(manifest, '').size, 0);
  assert.throws(() => decodeMissing(manifestOf(30), text), failsWith('unexpected'));
});
