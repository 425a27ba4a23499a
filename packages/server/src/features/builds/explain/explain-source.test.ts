import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { BuildMachine } from '../../../detectors/detector.ts';
import { explainPlan } from '../../../detectors/make-plan.ts';
import { detectors } from '../../../detectors/registry.ts';
import { openSourceTree } from '../../../detectors/source-tree.ts';
import { makeTemporaryFolder } from '../../../testing/temporary-folder.ts';
import { explainSource } from './explain-source.ts';

const machine: BuildMachine = {
  nodeVersion: '24.1.0',
  hasProgram: async (name) => name !== 'go',
  succeeds: async () => true,
};

/** Answers what is needed until there is an explanation, as the command does. */
async function explain(files: Record<string, string>, root = '.') {
  const texts: Record<string, string> = {};
  for (let round = 1; round < 10; round += 1) {
    const { explanation, needs } = await explainSource(
      { root, files: Object.keys(files), texts },
      machine,
      detectors,
    );
    if (explanation !== null) return { explanation, round, texts };
    for (const path of needs) {
      assert.ok(path in files && !(path in texts), path);
      texts[path] = files[path] ?? '';
    }
  }
  throw new Error('It asks for ever');
}

const workspace = (packages: number): Record<string, string> => ({
  'package.json': JSON.stringify({ workspaces: ['packages/*'] }),
  'package-lock.json': '{}',
  ...Object.fromEntries(
    Array.from({ length: packages }, (_, index) => [
      `packages/p${index}/package.json`,
      '{"scripts":{"start":"x"}}',
    ]),
  ),
});

describe('an explanation from afar', () => {
  for (const [what, files, root] of [
    [
      'a Node app',
      {
        'package.json': '{"scripts":{"start":"x"},"dependencies":{"a":"1"}}',
        'package-lock.json': '{}',
        'src/a.js': '',
      },
      '.',
    ],
    [
      'a Procfile with Python',
      {
        Procfile: 'web: x',
        'requirements.txt': '-r more/base.txt\na==1',
        'more/base.txt': 'b==1',
        'app.py': '',
      },
      '.',
    ],
    ['a site', { 'public/index.html': '', Dockerfile: '' }, '.'],
    ['a workspace', workspace(20), 'packages/p3'],
    ['root in rig.toml', { ...workspace(3), 'rig.toml': 'root = "packages/p1"\n[env]\nB="1"\nA="2"' }, '.'],
    ['a wrong rig.toml', { 'rig.toml': 'nonsense = 1' }, '.'],
    ['what needs a program that is not there', { 'go.mod': 'module x' }, '.'],
    ['nothing', { 'main.c': '' }, '.'],
    ['a folder that is not there', { 'main.c': '' }, 'nope'],
  ] as const) {
    it(`of ${what} is that of its files on disk, after few questions`, async (test) => {
      const folder = await makeTemporaryFolder(test);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      const onDisk = await explainPlan(openSourceTree(folder), machine, detectors, { root });
      const { explanation, round, texts } = await explain(files, root);
      assert.deepEqual(explanation.verdicts, onDisk.verdicts);
      assert.deepEqual(
        explanation.plan?.processes.map(({ command }) => command),
        onDisk.plan?.processes.map((each) => ('argv' in each ? each.argv : null)),
      );
      assert.deepEqual(explanation.plan?.notes, onDisk.plan?.notes);
      assert.equal(explanation.failure?.code, onDisk.failure?.code);
      assert.ok(round <= 4, `${round} rounds`);
      for (const path of Object.keys(texts))
        assert.equal(texts[path], await readFile(join(folder, path), 'utf8'));
    });
  }

  it('asks for no text that decides nothing', async () => {
    const { texts } = await explain({
      'package.json': '{"scripts":{"start":"x"}}',
      'src/secret.js': 'x',
      'README.md': '',
    });
    assert.deepEqual(Object.keys(texts), ['package.json']);
  });

  it('tells names of variables and never values', async () => {
    const { explanation } = await explain({
      'rig.toml': '[processes]\nweb = "x"\n[env]\nB = "value-b"\nA = "1"',
    });
    assert.deepEqual(explanation.plan?.environment, ['A', 'B']);
    assert.doesNotMatch(JSON.stringify(explanation), /value-b/);
  });
});
