import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReleaseContent } from '@rig-ops/contract/resources';
import { compareReleases } from './compare-releases.ts';

const content = (changes: Partial<ReleaseContent> = {}): ReleaseContent => ({
  version: 1,
  bundle: 'b1',
  files: [{ path: 'index.js', type: 'file', size: 10, digest: 'd1' }],
  detector: 'node',
  steps: ['install'],
  processes: [{ name: 'web', command: ['node', 'index.js'], instances: 1 }],
  environment: ['NODE_ENV'],
  settings: { strategy: 'rolling' },
  variables: [{ key: 'TOKEN', secret: true, updatedAt: '2026-01-01T00:00:00Z' }],
  ...changes,
});

const brief = (list: readonly { kind: string; name: string }[] | null) =>
  list?.map(({ kind, name }) => `${kind} ${name}`);

test('what is the same is no change', () => {
  assert.equal(compareReleases(content(), content({ version: 2 })).same, true);
});

test('files, processes, variables and settings that differ are named', () => {
  const compared = compareReleases(
    content(),
    content({
      files: [
        { path: 'index.js', type: 'file', size: 11, digest: 'd2' },
        { path: 'new.js', type: 'file', size: 1, digest: 'd3' },
      ],
      processes: [],
      variables: [{ key: 'TOKEN', secret: true, updatedAt: '2026-01-02T00:00:00Z' }],
      environment: [],
      settings: { strategy: 'canary' },
    }),
  );
  assert.deepEqual(brief(compared.files), ['changed index.js', 'added new.js']);
  assert.deepEqual(brief(compared.processes), ['removed web']);
  assert.deepEqual(brief(compared.variables), ['removed NODE_ENV', 'changed TOKEN']);
  assert.deepEqual(compared.settings, [{ kind: 'changed', name: 'strategy', from: 'rolling', to: 'canary' }]);
  assert.equal(compared.same, false);
});

test('files that are not kept cannot be compared, unless it is the same bundle', () => {
  assert.equal(compareReleases(content({ files: null }), content({ bundle: 'b2' })).files, null);
  assert.equal(compareReleases(content({ files: null }), content({ bundle: 'b2' })).same, false);
  assert.deepEqual(compareReleases(content({ files: null }), content()).files, []);
});
