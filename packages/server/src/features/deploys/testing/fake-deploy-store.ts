import type { RolloutState } from '../../rollouts/rollout-state.ts';
import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import { appLocked, deployInProgress } from '../blocked-deploy.ts';
import type { DeployLockStore } from '../deploy-lock-store.ts';
import type {
  BuildStepChange,
  DeployEventRecord,
  DeployRecord,
  DeployStepName,
  DeployStore,
  NewDeploy,
  QueuedDeploy,
} from '../deploy-store.ts';
import {
  addBuildPosition,
  addBuildStep,
  beginDeploy,
  changeRollout,
  enterStep,
  finishDeploy,
  queueDeploy,
  requestCancel,
  type Transition,
} from '../deploy-transitions.ts';
import { type ExpectedState, requireExpected } from '../require-expected.ts';
import { FakeDeployLockStore } from './fake-deploy-lock-store.ts';

const placeOf = ({ createdAt, id }: DeployRecord): string => `${createdAt} ${id}`;

/** Deploys in memory, for tests. */
export class FakeDeployStore implements DeployStore {
  readonly #deploys = new Map<string, DeployRecord>();
  readonly #queue = new Map<string, QueuedDeploy>();
  readonly #locks: DeployLockStore;
  readonly #events = new Map<string, DeployEventRecord[]>();

  constructor(locks: DeployLockStore = new FakeDeployLockStore()) {
    this.#locks = locks;
  }

  /** Knows of no release and no variables. */
  async create(deploy: NewDeploy, at: string, expected?: ExpectedState): Promise<DeployRecord> {
    const lock = await this.#locks.get(deploy.appId, at);
    if (lock !== null && lock.owner !== deploy.createdBy) throw appLocked(deploy.appName, lock, at);
    if (expected !== undefined) requireExpected(deploy.appName, { release: null, config: null }, expected);
    const busy = [...this.#deploys.values()].find(
      (other) => other.appId === deploy.appId && other.status === 'running',
    );
    if (busy !== undefined) throw deployInProgress(deploy.appName, busy, at);
    this.#queue.delete(deploy.id);
    const record = beginDeploy(deploy);
    this.#deploys.set(deploy.id, record);
    return structuredClone(record);
  }

  async enqueue(queued: QueuedDeploy): Promise<DeployRecord> {
    this.#queue.set(queued.deploy.id, structuredClone(queued));
    return queueDeploy(queued.deploy);
  }

  async queued(appId?: string): Promise<QueuedDeploy[]> {
    const all = [...this.#queue.values()];
    return structuredClone(all.filter(({ deploy }) => appId === undefined || deploy.appId === appId));
  }

  async refuse(id: string, error: ErrorDocument, at: string): Promise<void> {
    const queued = this.#queue.get(id);
    if (queued === undefined) return;
    this.#queue.delete(id);
    this.#deploys.set(id, { ...beginDeploy(queued.deploy), error });
    await this.finish(id, { url: null, at });
  }

  async get(id: string): Promise<DeployRecord | null> {
    const queued = this.#queue.get(id);
    if (queued !== undefined) return queueDeploy(queued.deploy);
    return structuredClone(this.#deploys.get(id) ?? null);
  }

  async page(appId: string, query: PageQuery): Promise<Page<DeployRecord>> {
    const before = query.cursor === undefined ? '~' : decodeCursor(query.cursor, 'string');
    const rows = [...this.#deploys.values()]
      .filter((deploy) => deploy.appId === appId && placeOf(deploy) < before)
      .toSorted((left, right) => (placeOf(left) < placeOf(right) ? 1 : -1));
    return pageOf(structuredClone(rows), limitOf(query), placeOf);
  }

  async running(): Promise<DeployRecord[]> {
    const running = [...this.#deploys.values()].filter((deploy) => deploy.status === 'running');
    return structuredClone(running.toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : 1)));
  }

  enterStep(id: string, step: DeployStepName, at: string): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => enterStep(deploy, step, at));
  }

  async setBuild(id: string, buildId: string, { reused }: { reused: boolean }): Promise<void> {
    await this.#apply(id, (deploy) => ({ deploy: { ...deploy, buildId, reusedBuild: reused }, events: [] }));
  }

  async setRelease(id: string, version: number): Promise<void> {
    await this.#apply(id, (deploy) => ({ deploy: { ...deploy, release: version }, events: [] }));
  }

  setRollout(
    id: string,
    change: Partial<RolloutState>,
    told?: { message: string; at: string },
  ): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => changeRollout(deploy, change, told));
  }

  async addBuildPosition(id: string, position: number, at: string): Promise<void> {
    await this.#apply(id, (deploy) => addBuildPosition(deploy, position, at));
  }

  requestCancel(id: string, user: string): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => requestCancel(deploy, user));
  }

  async addBuildStep(id: string, change: BuildStepChange, at: string): Promise<void> {
    await this.#apply(id, (deploy) => addBuildStep(deploy, change, at));
  }

  setError(id: string, error: ErrorDocument): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => ({ deploy: { ...deploy, error: deploy.error ?? error }, events: [] }));
  }

  finish(id: string, end: { url: string | null; at: string }): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => finishDeploy(deploy, end));
  }

  async failInto(
    id: string,
    { error, at }: { error: ErrorDocument; at: string },
    next: NewDeploy | null,
  ): Promise<DeployRecord | null> {
    if ((await this.get(id))?.status !== 'running') return null;
    await this.#apply(id, (deploy) =>
      finishDeploy({ ...deploy, error: deploy.error ?? error }, { url: null, at }),
    );
    if (next === null) return null;
    const record = beginDeploy(next);
    this.#deploys.set(next.id, record);
    return structuredClone(record);
  }

  async events(id: string, after: number): Promise<DeployEventRecord[]> {
    return structuredClone((this.#events.get(id) ?? []).slice(after));
  }

  async #apply(id: string, change: (deploy: DeployRecord) => Transition): Promise<DeployRecord> {
    const before = this.#deploys.get(id);
    if (before === undefined) throw new RigError('deploy_not_found', `There is no deploy ${id}.`);
    const { deploy, events } = structuredClone(change(before));
    this.#deploys.set(id, deploy);
    this.#events.set(id, [...(this.#events.get(id) ?? []), ...events]);
    return structuredClone(deploy);
  }
}
