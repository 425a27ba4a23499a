import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryLog } from '../../testing/memory-log.ts';
import { ChangeSignal } from '../../change-signal.ts';
import { systemClock } from '../../clock.ts';
import { FakeAppStore } from '../apps/testing/fake-app-store.ts';
import { FakeBundleStore } from '../bundles/testing/fake-bundle-store.ts';
import { FakeReleaseStore } from '../releases/testing/fake-release-store.ts';
import { DeployService } from './deploy-service.ts';
import type { DeployEventRecord, DeployRecord } from './deploy-store.ts';
import { DeployQueue } from './deploy-queue.ts';
import { FakeDeployLockStore } from './testing/fake-deploy-lock-store.ts';
import { FakeDeployStore } from './testing/fake-deploy-store.ts';

const at = '2026-01-02T03:04:05.000Z';

/** Its deploy ends just behind a look at it: at the events, or at the deploy itself. */
class EndingStore extends FakeDeployStore {
  readonly changes = new ChangeSignal();
  readonly #behind: 'get' | 'events';
  #hasEnded = false;

  constructor(behind: 'get' | 'events') {
    super();
    this.#behind = behind;
  }

  override async get(id: string): Promise<DeployRecord | null> {
    const deploy = await super.get(id);
    await this.#end('get', id);
    return deploy;
  }

  override async events(id: string, after: number): Promise<DeployEventRecord[]> {
    const events = await super.events(id, after);
    await this.#end('events', id);
    return events;
  }

  async #end(look: 'get' | 'events', id: string): Promise<void> {
    if (this.#hasEnded || look !== this.#behind) return;
    this.#hasEnded = true;
    await this.finish(id, { url: null, at });
    this.changes.tell(id);
  }
}

for (const behind of ['get', 'events'] as const) {
  it(`tells the end of a deploy that ends behind the look at ${behind}`, { timeout: 10_000 }, async () => {
    const deploys = new EndingStore(behind);
    const deploy = {
      id: 'dep_1',
      appId: 'app_1',
      appName: 'shop',
      kind: 'deploy',
      bundleId: 'f00',
      buildId: null,
      rollbackTo: null,
      configId: null,
      message: null,
      source: null,
      createdBy: 'ann',
      createdAt: at,
    } as const;
    await deploys.create(deploy, at);
    const service = new DeployService({
      apps: new FakeAppStore(),
      bundles: new FakeBundleStore(),
      deploys,
      releases: new FakeReleaseStore(),
      clock: systemClock,
      changes: deploys.changes,
      configs: { withChange: () => Promise.reject(new Error('nothing is ordered')) },
      isThere: async () => true,
      runsImages: () => false,
      requirePlace: () => Promise.resolve(),
      queue: new DeployQueue({
        deploys,
        locks: new FakeDeployLockStore(),
        clock: systemClock,
        log: new MemoryLog().logger,
        begin: () => undefined,
        onChange: () => undefined,
      }),
    });
    const types: string[] = [];
    for await (const { type } of service.events('dep_1', 0, new AbortController().signal)) types.push(type);
    assert.deepEqual(types, ['done']);
  });
}
