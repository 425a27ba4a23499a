import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { randomBytes } from 'node:crypto';
import { ArchiveShelf } from '../../packages/server/src/features/artifacts/archive-shelf.ts';
import { ArtifactSecrets } from '../../packages/server/src/features/artifacts/artifact-secrets.ts';
import { ArtifactService } from '../../packages/server/src/features/artifacts/artifact-service.ts';
import { BuildArchiveStore } from '../../packages/server/src/features/artifacts/build-archive-store.ts';
import { makeArchiveAside } from '../../packages/server/src/features/artifacts/make-archive-aside.ts';
import { PodArtifacts } from '../../packages/server/src/features/artifacts/pod-artifacts.ts';
import { routesOfArtifacts } from '../../packages/server/src/features/artifacts/routes-of-artifacts.ts';
import type { AppRecord } from '../../packages/server/src/features/apps/app-store.ts';
import { readConfigKeys } from '../../packages/server/src/features/config/config-keys.ts';
import { FakeReleaseStore } from '../../packages/server/src/features/releases/testing/fake-release-store.ts';
import { FailureLimiter } from '../../packages/server/src/http/failure-limiter.ts';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { startTestApi } from '../../packages/server/src/testing/start-test-api.ts';
import { makeTemporaryFolder } from '../../packages/server/src/testing/temporary-folder.ts';

export const BUILD = 'bld_00000000000000';
const APP: AppRecord = {
  id: 'app_00000000000000',
  name: 'shop',
  network: 'default',
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** A platform with one release, whose files pods may fetch, and the time of its clock in a hand. */
export async function startPodFiles(test: TestContext, { limitBytes = 2 ** 30 } = {}) {
  const folder = await makeTemporaryFolder(test);
  const db = await openDatabase(':memory:');
  test.after(() => db.destroy());
  const layout = { archives: join(folder, 'archives'), artifacts: join(folder, 'artifacts') };
  const artifact = join(layout.artifacts, BUILD);
  mkdirSync(join(artifact, 'bin'), { recursive: true });
  writeFileSync(join(artifact, 'index.html'), '<h1>shop</h1>', { mode: 0o600 });
  writeFileSync(join(artifact, 'bin', 'run'), '#!/bin/sh\n');
  chmodSync(join(artifact, 'bin', 'run'), 0o700);
  writeFileSync(join(artifact, 'big'), randomBytes(6_000_000));
  symlinkSync('bin/run', join(artifact, 'start'));
  symlinkSync('/usr/bin/python3', join(artifact, 'python'));
  let offsetMs = 0;
  const clock = { now: () => new Date(Date.now() + offsetMs) };
  const secrets = new ArtifactSecrets(await readConfigKeys(join(folder, 'keys.json')));
  const shelf = new ArchiveShelf({
    layout,
    store: new BuildArchiveStore(db),
    clock,
    limitBytes: () => limitBytes,
    make: makeArchiveAside,
  });
  const releases = new FakeReleaseStore();
  const release = await releases.create({
    appId: APP.id,
    deployId: 'dpl_00000000000000',
    buildId: BUILD,
    bundleId: 'a'.repeat(64),
    detector: 'static',
    configId: null,
    runtime: { processes: [], env: {}, health: { kind: 'none' } as never, drainSeconds: 1 },
    rollbackOf: null,
    rollbackOnly: null,
    message: null,
    source: null,
    createdBy: 'me',
    createdAt: APP.createdAt,
  });
  let isAppThere = true;
  const service = new ArtifactService({
    apps: { getById: async (id) => (isAppThere && id === APP.id ? APP : undefined) },
    releases,
    shelf,
    secrets,
    clock,
  });
  const audited: unknown[] = [];
  const api = await startTestApi(
    test,
    routesOfArtifacts({
      service,
      audit: { append: async (event) => void audited.push(event) },
      failures: new FailureLimiter(),
    }),
  );
  const url = `http://127.0.0.1:${api.port}`;
  const pods = new PodArtifacts({ shelf, secrets, settings: { url, authority: null, image: null } });
  return {
    folder,
    artifact,
    layout,
    shelf,
    secrets,
    releases,
    release,
    pods,
    api,
    url,
    audited,
    later: (ms: number) => void (offsetMs += ms),
    destroyApp: () => void (isAppThere = false),
  };
}

/** Stands between a pod and rigd, and cuts connections after so many bytes, as often as it is told. */
export async function startCutter(
  test: TestContext,
  port: number,
  { cuts, after }: { cuts: number; after: number },
) {
  const sockets = new Set<Socket>();
  let connections = 0;
  let left = cuts;
  const server = createServer((incoming) => {
    connections += 1;
    const outgoing = connect(port, '127.0.0.1');
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
    let passed = 0;
    let isCut = false;
    incoming.pipe(outgoing);
    outgoing.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (isCut) return;
      if (left > 0 && passed > after) {
        isCut = true;
        left -= 1;
        incoming.write(chunk.subarray(0, 100), () => incoming.resetAndDestroy());
      } else incoming.write(chunk);
    });
    outgoing.on('end', () => incoming.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    get connections() {
      return connections;
    },
  };
}
