import type { TestContext } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { platformLayout } from '@rig-ops/contract/layout';
import type { ListenSettings } from '@rig-ops/contract/supervisor';
import { type Clock, systemClock } from '../clock.ts';
import type { Engine } from '../engines/engine.ts';
import { FakeEngine } from '../engines/fake/fake-engine.ts';
import { prepareFolders } from '../prepare-folders.ts';
import { type Platform, startPlatform } from '../start-platform.ts';
import { MemoryLog } from './memory-log.ts';
import { sendRequest } from './send-request.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { TEST_TOKEN } from './test-token.ts';

export interface TestServerOptions {
  /** Start on the state of an earlier server. */
  rigHome?: string;
  /** Outlives the server; the test shuts it down when it gives one. */
  engine?: Engine;
  clock?: Clock;
  apiPort?: number;
  listen?: ListenSettings;
  /** What is in the file of the owner's token. */
  token?: string;
}

/** Starts a whole control plane on port 0 and a temporary folder; it ends with the test. */
export async function startTestServer(test: Pick<TestContext, 'after'>, options: TestServerOptions = {}) {
  const rigHome = options.rigHome ?? (await makeTemporaryFolder(test));
  const layout = platformLayout(rigHome);
  await prepareFolders(layout);
  await writeFile(layout.token, options.token ?? TEST_TOKEN, { mode: 0o600 });
  const log = new MemoryLog();
  const engine = options.engine ?? ownEngine(test);
  const platform = await startPlatform({
    layout,
    engine,
    log: log.logger,
    user: 'ann',
    clock: options.clock ?? systemClock,
    checkAnswers: true,
    config: {
      apiPort: options.apiPort ?? 0,
      edgePort: 0,
      listen: options.listen ?? null,
      node: process.execPath,
      version: '1.2.3',
      baseEnvironment: { PATH: process.env.PATH ?? '' },
    },
  });
  const close = closeOnce(platform);
  test.after(close);
  const send = (
    method: string,
    path: string,
    more: Omit<Parameters<typeof sendRequest>[0], 'method' | 'path'> = {},
  ) => sendRequest({ socketPath: layout.rigdSocket, method, path, token: TEST_TOKEN, ...more });
  return {
    rigHome,
    layout,
    engine,
    log,
    url: platform.url,
    publicUrl: platform.publicUrl,
    port: Number(new URL(platform.url).port),
    send,
    close,
  };
}

const ownEngine = (test: Pick<TestContext, 'after'>): FakeEngine => {
  const engine = new FakeEngine();
  test.after(() => engine.shutDown());
  return engine;
};

const closeOnce = (platform: Platform) => {
  let closed: Promise<void> | undefined;
  return () => (closed ??= platform.close());
};
