import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BundleEntry, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { makeTemporaryFolder } from '../../../testing/temporary-folder.ts';
import { buildContext } from './build-context.ts';
import { parseDockerIgnore } from './dockerignore.ts';

const nothing = await parseDockerIgnore('');
const contents: Record<string, string> = {
  'Dockerfile.prod': 'FROM x\n',
  'web/run.sh': '#!/bin/sh\n',
  'web/empty': '',
  'web/left.log': 'no',
  [`web/${'long-'.repeat(30)}/name.txt`]: 'x'.repeat(1000),
};
const entries: BundleEntry[] = [
  ...Object.entries(contents).map(
    ([path, text]): FileEntry => ({
      type: 'file',
      path,
      executable: path.endsWith('.sh'),
      size: text.length,
      chunks: text === '' ? [] : ['of no matter'],
    }),
  ),
  { type: 'directory', path: 'web/nothing/in' },
  { type: 'symlink', path: 'web/link', target: 'run.sh' },
];
/** Hands out each file in two parts. */
const blobs = {
  readFiles: async (
    _app: string,
    files: readonly FileEntry[],
    take: (part: { entry: FileEntry; bytes: Uint8Array }) => Promise<void>,
  ) => {
    for (const entry of files) {
      const bytes = Buffer.from(contents[entry.path] ?? '');
      const half = Math.floor(bytes.length / 2);
      if (half > 0) await take({ entry, bytes: bytes.subarray(0, half) });
      await take({ entry, bytes: bytes.subarray(half) });
    }
  },
};

test('a context is a tar archive of a folder, with the Dockerfile from wherever it is', async (context) => {
  const folder = await makeTemporaryFolder(context);
  const made = buildContext(
    {
      appId: 'app',
      entries,
      folder: 'web',
      dockerfile: 'Dockerfile.prod',
      text: 'FROM x\n',
      ignore: await parseDockerIgnore('*.log\n'),
    },
    blobs,
  );
  assert.equal(made.dockerfile, '.rig.Dockerfile');
  const tar = execFile('tar', ['x', '-C', folder]);
  made.open(new AbortController().signal).pipe(tar.stdin ?? process.stdout);
  const code = await new Promise((resolve) => tar.once('close', resolve));
  assert.equal(code, 0);
  const names = (await readdir(folder)).toSorted((left, right) => (left < right ? -1 : 1));
  assert.deepEqual(names, ['.rig.Dockerfile', 'empty', 'link', 'long-'.repeat(30), 'nothing', 'run.sh']);
  assert.equal(await readFile(join(folder, '.rig.Dockerfile'), 'utf8'), 'FROM x\n');
  assert.equal(await readFile(join(folder, 'link'), 'utf8'), contents['web/run.sh']);
  assert.equal(await readlink(join(folder, 'link')), 'run.sh');
  assert.equal((await stat(join(folder, 'run.sh'))).mode & 0o111, 0o111);
  assert.equal((await stat(join(folder, 'empty'))).size, 0);
  assert.equal((await stat(join(folder, 'long-'.repeat(30), 'name.txt'))).size, 1000);
  assert.ok((await stat(join(folder, 'nothing', 'in'))).isDirectory());
});

test('a Dockerfile that is sent is named by its path', async () => {
  const order = {
    appId: 'app',
    entries,
    folder: '.',
    dockerfile: 'Dockerfile.prod',
    text: '',
    ignore: nothing,
  };
  assert.equal(buildContext(order, blobs).dockerfile, 'Dockerfile.prod');
  assert.equal(
    buildContext({ ...order, ignore: await parseDockerIgnore('*') }, blobs).dockerfile,
    '.rig.Dockerfile',
  );
});

test('what cannot be read ends the archive with its reason', async () => {
  const failing = { readFiles: async () => await Promise.reject(new Error('a pack is damaged')) };
  const order = {
    appId: 'app',
    entries,
    folder: '.',
    dockerfile: 'Dockerfile.prod',
    text: '',
    ignore: nothing,
  };
  const archive = buildContext(order, failing).open(new AbortController().signal);
  await assert.rejects(archive.toArray(), /a pack is damaged/);
});
