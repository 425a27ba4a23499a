import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import {
  type Deployment,
  isClusterConflict,
  isClusterNotFound,
  type KubernetesClient,
  type OwnerReference,
  resources,
} from '@rig-ops/kubernetes';
import { APP_ID_LABEL, hasLabels, platformLabels } from '../objects/object-labels.ts';
import type { PodPreparation } from '../objects/pod-preparation.ts';
import {
  budgetOf,
  deploymentOf,
  filesOf,
  digestOf,
  ownerOf,
  type PodInstanceSpec,
  pullOf,
  secretOf,
} from '../objects/workload-objects.ts';
import { hasPullSecret, NO_PULL_KEYS } from '../pull/pull-secret.ts';
import type { PodView } from '../status/pod-view.ts';
import { Disputes } from './disputes.ts';

export interface WorkloadObjectsOptions {
  client: KubernetesClient;
  platform: string;
  namespace: string;
  name: string;
  ensureNamespace: (spec: PodInstanceSpec) => Promise<void>;
  /** It may be gone. */
  doubtNamespace: () => void;
  /** @param workload name of what it is for */
  preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation;
  /** By what neighbours reach the app; nothing is done for a process that they do not. */
  ensureService: (spec: PodInstanceSpec) => Promise<void>;
  /** Nothing of the app is served by this workload any more. */
  onUnserved: () => Promise<void>;
  /** Into the log of the app. */
  tell: (spec: PodInstanceSpec, line: string) => void;
}

const COST = 'controller.kubernetes.io/pod-deletion-cost';
const GONE_MS = 30_000;
const LOOK_MS = 200;

/** The objects of one workload on the cluster: made, scaled, put back and removed. Each call may be repeated. */
export class WorkloadObjects {
  readonly #options: WorkloadObjectsOptions;
  readonly #disputes = new Disputes();
  /** With the grace that was asked for: a shorter one is asked for again. */
  readonly #removing = new Map<string, number>();
  #spec: PodInstanceSpec | null = null;
  /** Digest of the environment that the Secret has; null where that is not known. */
  #secret: string | null = null;
  /** The same of what its images are fetched with. */
  #pull: string | null = null;
  #wanted: string | null = null;
  #deployment: Deployment | null = null;
  /** Of the spec as it was applied last: a later one is somebody else's. */
  #generation = 0;
  #around = false;

  constructor(options: WorkloadObjectsOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Those the Deployment has; null where there is none. */
  get replicas(): number | null {
    return this.#deployment?.spec?.replicas ?? null;
  }

  /** Whether the one that it has is a later one of the same name. */
  isAnother(uid: string | undefined): boolean {
    return this.#deployment !== null && this.#deployment.metadata?.uid !== uid;
  }

  /** What is started next, with its whole environment. */
  want(spec: PodInstanceSpec): void {
    this.#spec = spec;
    this.#wanted = digestOf(spec.env);
  }

  /** What runs already: its environment is not known any more, and the Secret has it. */
  adopt(spec: PodInstanceSpec): void {
    this.#spec ??= spec;
    this.#around = true;
  }

  /** What is around the Deployment may have been changed or removed by somebody: it is looked after with the next pass. */
  doubt(): void {
    this.#around = false;
    this.#options.doubtNamespace();
  }

  seen(deployment: Deployment | null): void {
    const generation = deployment?.metadata?.generation ?? 0;
    const isOlder =
      deployment !== null &&
      this.#deployment?.metadata?.uid === deployment.metadata?.uid &&
      generation < this.#generation;
    if (!isOlder) this.#deployment = deployment;
  }

  /** So many copies: makes what is missing, and puts back what somebody has changed. */
  async scale(replicas: number): Promise<void> {
    const spec = this.#spec;
    if (spec === null) {
      if (replicas === 0) await this.removeAll();
      return;
    }
    if (this.#deployment === null) {
      if (replicas === 0) return;
      await this.#make(spec);
    }
    const { generation = 0 } = this.#deployment?.metadata ?? {};
    // One that is adopted has the generation that it was found with.
    if (this.#generation === 0) this.#generation = generation;
    await this.#surround(spec);
    if (this.replicas !== replicas || generation > this.#generation) await this.#apply(spec, replicas);
  }

  /** The cluster ends these before others when there are to be fewer. */
  async mark(pods: readonly PodView[]): Promise<void> {
    for (const { name, namespace, leaving } of pods) {
      if (leaving) continue;
      await this.#unlessGone(
        this.#options.client.merge(
          resources.pods,
          { namespace, name },
          { metadata: { annotations: { [COST]: '-1000' } } },
        ),
      );
    }
  }

  async removePods(all: readonly { pod: PodView; graceSeconds: number }[]): Promise<void> {
    for (const { pod, graceSeconds } of all) {
      const { name, namespace, uid } = pod;
      if (this.#removing.get(uid) === graceSeconds) continue;
      await this.#options.client.delete(
        resources.pods,
        { namespace, name },
        { uid, ...(Number.isFinite(graceSeconds) ? { graceSeconds } : {}) },
      );
      this.#removing.set(uid, graceSeconds);
    }
    for (const uid of this.#removing.keys())
      if (!all.some(({ pod }) => pod.uid === uid)) this.#removing.delete(uid);
  }

  /** What a Deployment owns goes after it. */
  async removeAll(): Promise<void> {
    const { client, namespace, name, onUnserved } = this.#options;
    // First: a supervisor that ends between the two finds the Deployment again, and nothing else tells of the Service.
    await onUnserved();
    const uid = this.#deployment?.metadata?.uid;
    if (uid !== undefined) await client.delete(resources.deployments, { namespace, name }, { uid });
    this.#deployment = null;
    this.#forgetWhatIsThere();
  }

  #forgetWhatIsThere(): void {
    this.#generation = 0;
    this.#secret = null;
    this.#pull = null;
    this.#around = false;
  }

  /** Without a copy at first: what they need has to be there before them, and to go with it. */
  async #make(spec: PodInstanceSpec): Promise<void> {
    this.#forgetWhatIsThere();
    const { doubtNamespace, ensureNamespace } = this.#options;
    await ensureNamespace(spec);
    try {
      await this.#clear(spec);
      if (this.#deployment === null) await this.#apply(spec, 0);
    } catch (error) {
      doubtNamespace();
      throw error;
    }
  }

  async #surround(spec: PodInstanceSpec): Promise<void> {
    const { client, name } = this.#options;
    if (this.#deployment === null) return;
    const owner = ownerOf('Deployment', this.#deployment);
    await this.#lockPulls(spec, owner);
    if (this.#wanted !== null && this.#secret !== this.#wanted) {
      const digest = this.#wanted;
      const files = filesOf(spec, name, owner);
      if (files !== null) await client.apply(resources.secrets, files, { force: true });
      await client.apply(resources.secrets, secretOf(spec, name, owner), { force: true });
      this.#secret = digest;
    }
    if (this.#around) return;
    await this.#options.ensureNamespace(spec);
    await client.apply(resources.podDisruptionBudgets, budgetOf(spec, owner), { force: true });
    await this.#options.ensureService(spec);
    this.#around = true;
  }

  /** Credentials may be changed while pods run, which another node then fetches the image with. */
  async #lockPulls(spec: PodInstanceSpec, owner: OwnerReference): Promise<void> {
    const { client, name, preparationOf } = this.#options;
    if (this.#deployment === null || !hasPullSecret(this.#deployment)) return;
    const keys = preparationOf(spec, name).pullKeys ?? NO_PULL_KEYS;
    const digest = digestOf(keys);
    if (this.#around && this.#pull === digest) return;
    await client.apply(resources.secrets, pullOf(spec, keys, name, owner), { force: true });
    this.#pull = digest;
  }

  async #apply(spec: PodInstanceSpec, replicas: number): Promise<void> {
    const { client, name, preparationOf } = this.#options;
    const body = deploymentOf(spec, replicas, keepTemplate(preparationOf(spec, name), this.#deployment));
    try {
      this.#applied(await client.apply(resources.deployments, body));
    } catch (error) {
      if (!isClusterConflict(error)) throw error;
      await this.#putBack(spec, body, error as RigError);
    }
  }

  async #putBack(spec: PodInstanceSpec, body: Deployment, error: RigError): Promise<void> {
    const { client, name, tell } = this.#options;
    const { managers = [] } = (error.details ?? {}) as { managers?: { manager: string; field: string }[] };
    const [first] = managers;
    if (first === undefined) throw error;
    const fields = managers.map(({ field }) => field).join(', ');
    const what = `${first.manager} has set ${fields} of the Deployment ${name}`;
    if (!this.#disputes.mayInsist(first.manager)) {
      if (this.#disputes.isNew(first.manager))
        tell(spec, `${what} again and again: rig leaves it so; take it away from one of both`);
      return;
    }
    tell(spec, `${what}: rig has put it back`);
    this.#applied(await client.apply(resources.deployments, body, { force: true }));
  }

  #applied(deployment: Deployment): void {
    this.#deployment = deployment;
    this.#generation = deployment.metadata?.generation ?? 0;
  }

  /** What has the name and is not this one: left of an app of the same name, or somebody else's. */
  async #clear(spec: PodInstanceSpec): Promise<void> {
    const { client, namespace, name, platform } = this.#options;
    for (const deadline = performance.now() + GONE_MS; ; await sleep(LOOK_MS)) {
      const found = await client.find(resources.deployments, { namespace, name });
      if (found === null) return;
      const { labels, uid } = found.metadata ?? {};
      if (!hasLabels(labels, platformLabels(platform)))
        throw new RigError(
          'cluster_conflict',
          `There is a Deployment ${name} in the namespace ${namespace} that is not of this platform.`,
        );
      if (labels?.[APP_ID_LABEL] === spec.appId && found.metadata?.deletionTimestamp === undefined) {
        this.#applied(found);
        return;
      }
      if (uid !== undefined) await client.delete(resources.deployments, { namespace, name }, { uid });
      if (performance.now() > deadline)
        throw new RigError('cluster_busy', `The Deployment ${name} of another app is still being removed.`);
    }
  }

  async #unlessGone(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!isClusterNotFound(error)) throw error;
    }
  }
}

/**
 * Another version of rig has another image, and credentials may have come since: what runs is not to be started anew for
 * either.
 */
function keepTemplate(prepared: PodPreparation, deployment: Deployment | null): PodPreparation {
  if (deployment === null) return prepared;
  const before = new Map(
    deployment.spec?.template.spec?.initContainers?.map(({ name, image }) => [name, image]),
  );
  return {
    ...prepared,
    initContainers: prepared.initContainers.map((each) => {
      const image = before.get(each.name) ?? each.image;
      return image === undefined ? each : { ...each, image };
    }),
    pullKeys: hasPullSecret(deployment) ? (prepared.pullKeys ?? NO_PULL_KEYS) : null,
  };
}
