import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { ArtifactSecrets } from './artifact-secrets.ts';
import { ArtifactService } from './artifact-service.ts';

const secrets = new ArtifactSecrets({ current: 'k', keys: new Map([['k', Buffer.alloc(32)]]) } as never);
const archive = 'a'.repeat(64);

/** A shelf whose file is taken away, as by another archive that needs the room, so many times. */
async function build(folder: string, taken: number) {
  const path = join(folder, 'archive');
  let asked = 0;
  const service = new ArtifactService({
    apps: { getById: async () => ({ id: 'app_1', name: 'shop' }) as never },
    releases: { get: async () => ({ buildId: 'bld_1' }) as never },
    shelf: {
      take: async () => {
        asked += 1;
        await writeFile(path, 'content');
        if (asked <= taken) await rm(path);
        return { path, sha256: archive, bytes: 7 };
      },
    },
    secrets,
    clock: { now: () => new Date(1_000) },
  });
  const expires = 2_000;
  const signature = secrets.sign('url of an artifact', ['bld_1', archive, expires]);
  const fetch = async (offset: number) => {
    const { bytes, stream } = await service.fetch({ build: 'bld_1', archive, expires, signature, offset });
    return [bytes, await text(stream)];
  };
  return { fetch, asked: () => asked };
}

test('an archive that is taken away before it is open is made again', async (t) => {
  const { fetch, asked } = await build(await makeTemporaryFolder(t), 2);
  assert.deepEqual(await fetch(3), [4, 'tent']);
  assert.equal(asked(), 3);
  assert.deepEqual(await fetch(7), [0, '']);
  assert.deepEqual(await fetch(99), [0, '']);
});

test('one that is never there fails before an answer has begun', async (t) => {
  const { fetch } = await build(await makeTemporaryFolder(t), 9);
  await assert.rejects(fetch(0), { code: 'ENOENT' });
});
