import type { RolloutState } from '../../rollouts/rollout-state.ts';
import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import type {
  BuildStepChange,
  DeployEventRecord,
  DeployRecord,
  DeployStepName,
  DeployStore,
  NewDeploy,
} from '../deploy-store.ts';
import {
  addBuildStep,
  beginDeploy,
  changeRollout,
  enterStep,
  finishDeploy,
  type Transition,
} from '../deploy-transitions.ts';

/** Deploys in memory, for tests. */
export class FakeDeployStore implements DeployStore {
  readonly #deploys = new Map<string, DeployRecord>();
  readonly #events = new Map<string, DeployEventRecord[]>();

  async create(deploy: NewDeploy): Promise<DeployRecord> {
    const busy = [...this.#deploys.values()].some(
      (other) => other.appId === deploy.appId && other.status === 'running',
    );
    if (busy) throw new RigError('deploy_in_progress', `${deploy.appName} is being deployed already.`);
    const record = beginDeploy(deploy);
    this.#deploys.set(deploy.id, record);
    return structuredClone(record);
  }

  async get(id: string): Promise<DeployRecord | null> {
    return structuredClone(this.#deploys.get(id) ?? null);
  }

  async running(): Promise<DeployRecord[]> {
    const running = [...this.#deploys.values()].filter((deploy) => deploy.status === 'running');
    return structuredClone(running.toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : 1)));
  }

  enterStep(id: string, step: DeployStepName, at: string): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => enterStep(deploy, step, at));
  }

  async setBuild(id: string, buildId: string): Promise<void> {
    await this.#apply(id, (deploy) => ({ deploy: { ...deploy, buildId }, events: [] }));
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
