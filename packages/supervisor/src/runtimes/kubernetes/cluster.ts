import { RigError } from '@rig-ops/contract/errors';
import type { ClusterReport } from '@rig-ops/contract/supervisor-clusters';
import {
  type Deployment,
  isClusterAway,
  type KubernetesClient,
  type Pod,
  resources,
  type WatchEvent,
} from '@rig-ops/kubernetes';
import type { Log } from '../../log.ts';
import { Namespaces } from './networks/namespaces.ts';
import {
  APP_ID_LABEL,
  INSTANCE_LABEL,
  platformLabels,
  PROCESS_LABEL,
  RELEASE_LABEL,
  SESSION_LABEL,
} from './objects/object-labels.ts';
import { fitLabel, workloadName } from './objects/object-names.ts';
import type { PodPreparation } from './objects/pod-preparation.ts';
import { type PodInstanceSpec, SERVED } from './objects/workload-objects.ts';
import { Reachability } from './reachability.ts';
import { AppServices } from './services/app-services.ts';
import { Workload } from './slots/workload.ts';
import { WorkloadObjects } from './slots/workload-objects.ts';
import { keepPullCause } from './status/keep-pull-cause.ts';
import { type PodView, viewOf } from './status/pod-view.ts';

export interface ClusterOptions {
  name: string;
  client: KubernetesClient;
  platform: string;
  preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation;
  tell: (spec: PodInstanceSpec, line: string) => void;
  log: Log;
}

/** What somebody waits for before it is called unreachable. */
const PATIENCE_MS = 6_000;
/** The first minor version of Kubernetes 1 that ends marked pods first. */
const MARKS = 22;
/** The first one of which no kubelet is older than 1.27: they may be three versions behind their API server. */
const HEARS = 30;

/** Something that the pods of a selection are told to. */
interface PodFollower {
  podChanged(pod: PodView): void;
  podGone(pod: PodView): void;
  podsListed(uids: ReadonlySet<string>): void;
}

/** One cluster, as far as it is this platform's: its workloads, and what the cluster tells of them. */
export class Cluster {
  readonly name: string;
  readonly client: KubernetesClient;
  readonly platform: string;
  readonly namespaces: Namespaces;
  readonly services: AppServices;
  readonly #options: ClusterOptions;
  readonly #workloads = new Map<string, Workload>();
  readonly #followers = new Map<string, PodFollower>();
  readonly #pods = new Map<string, { key: string; view: PodView }>();
  /** Those of which no workload is known. */
  readonly #deployments = new Map<string, Deployment>();
  readonly #stopped = new AbortController();
  readonly #listed = { pods: false, deployments: false };
  readonly #known = Promise.withResolvers<void>();
  #away: RigError | null = null;
  readonly #reachability: Reachability;
  #marks = false;
  #mayBeDeaf = true;
  #following = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.name = options.name;
    this.client = options.client;
    this.platform = options.platform;
    this.namespaces = new Namespaces(options.client, options.platform);
    this.services = new AppServices({
      client: options.client,
      platform: options.platform,
      isReady: (uid) => this.#pods.get(uid)?.view.ready === true,
    });
    const { log, name } = options;
    this.#reachability = new Reachability({ name, ask: async () => await this.#ask(), log });
  }

  get report(): ClusterReport {
    return this.#reachability.report;
  }

  /** As it is now; where it may be as it was found last, at once. */
  async look({ now }: { now: boolean }): Promise<ClusterReport> {
    return await (now ? this.#reachability.look() : this.#reachability.known());
  }

  /** Whether kubelets of it, following a log, may not notice that it was rotated. */
  get mayBeDeaf(): boolean {
    return this.#mayBeDeaf;
  }

  get isKnown(): boolean {
    return this.#listed.pods && this.#listed.deployments;
  }

  /** Begins to listen; adopts before it, so that nothing is taken for unknown. */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    void this.#reachability.known();
    const { signal } = this.#stopped;
    const selection = { labels: platformLabels(this.platform) };
    void this.#take(this.client.watch(resources.pods, selection, signal), (event) => this.#tookPods(event));
    void this.#take(this.client.watch(resources.deployments, selection, signal), (event) =>
      this.#tookDeployments(event),
    );
  }

  /** @throws RigError `cluster_…` where it cannot be asked */
  async requireKnown(): Promise<void> {
    this.follow();
    if (this.isKnown) return;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), PATIENCE_MS);
    try {
      const first = await Promise.race([this.#known.promise, late.promise]);
      if (first !== 'late') return;
      // One that lets nobody look says so at once.
      if (this.#away === null) await this.#list();
      throw (
        this.#away ??
        new RigError('cluster_unreachable', `The cluster ${this.name} has not told what it has.`)
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** The workload of an instance, made when there is none. */
  workloadOf(spec: PodInstanceSpec): Workload {
    const { app, process, release, pod } = spec;
    const key = keyOf(pod.namespace, fitLabel(spec.appId), fitLabel(process), `v${release}`);
    return this.#workloads.get(key) ?? this.#add(key, pod.namespace, workloadName(app, process, release));
  }

  /** Tells what becomes of the pods of one instance that has no workload. */
  followPods(instance: string, follower: PodFollower): void {
    const key = onceKey(instance);
    this.#followers.set(key, follower);
    for (const { key: of, view } of this.#pods.values()) if (of === key) follower.podChanged(view);
    if (this.#listed.pods) follower.podsListed(this.#uids());
  }

  unfollowPods(instance: string): void {
    this.#followers.delete(onceKey(instance));
  }

  close(): void {
    this.#stopped.abort();
    this.#reachability.close();
    for (const workload of this.#workloads.values()) workload.close();
    this.client.close();
  }

  #add(key: string, namespace: string, name: string): Workload {
    const { client, platform } = this;
    const { log, preparationOf, tell } = this.#options;
    const objects = new WorkloadObjects({
      client,
      platform,
      namespace,
      name,
      ensureNamespace: async ({ pod }) => await this.namespaces.ensure(pod),
      doubtNamespace: () => this.namespaces.doubt(namespace),
      preparationOf,
      ensureService: async (spec) => await this.services.ensure(spec),
      onUnserved: async () => await this.#unserve(key),
      tell,
    });
    const workload: Workload = new Workload({
      objects,
      isKnown: () => this.isKnown,
      marks: () => this.#marks,
      onEmpty: () => {
        if (this.#workloads.get(key) === workload) {
          this.#workloads.delete(key);
          this.#followers.delete(key);
        }
      },
      log,
    });
    this.#workloads.set(key, workload);
    this.#followers.set(key, workload);
    const deployment = this.#deployments.get(key);
    this.#deployments.delete(key);
    if (deployment !== undefined) workload.deploymentChanged(deployment);
    for (const { key: of, view } of this.#pods.values()) if (of === key) workload.podChanged(view);
    return workload;
  }

  /** The Service of an app goes with the last workload that is behind it. */
  async #unserve(key: string): Promise<void> {
    const [namespace = '', appId = '', process = ''] = key.split('/');
    const prefix = keyOf(namespace, appId, process, '');
    const others = [...this.#workloads].some(
      ([other, { isEmpty }]) => other !== key && other.startsWith(prefix) && !isEmpty,
    );
    if (!others && process === SERVED) await this.services.remove(namespace, appId);
  }

  async #take<T>(events: AsyncIterable<WatchEvent<T>>, take: (event: WatchEvent<T>) => void): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === 'away') {
          this.#away = event.error;
          this.#options.log.info('a cluster does not answer', { cluster: this.name, error: event.error });
          void this.#reachability.look();
        }
        take(event);
      }
    } catch (error) {
      // State that nobody foresaw; the next supervisor begins anew.
      if (!this.#stopped.signal.aborted)
        setImmediate(() => {
          throw error;
        });
    }
  }

  #tookPods(event: WatchEvent<Pod>): void {
    switch (event.type) {
      case 'listed': {
        const before = this.#pods.size;
        for (const pod of event.items) this.#podChanged(pod);
        const uids = new Set(event.items.flatMap(({ metadata }) => metadata?.uid ?? []));
        for (const uid of this.#pods.keys()) if (!uids.has(uid)) this.#pods.delete(uid);
        if (before > 0 || this.#listed.pods)
          for (const each of this.#followers.values()) each.podsListed(uids);
        this.#found('pods');
        break;
      }
      case 'changed':
        this.#podChanged(event.item);
        break;
      case 'removed': {
        const key = keyOfPod(event.item);
        const view = viewOf(event.item);
        this.#pods.delete(view.uid);
        if (key !== null) this.#followers.get(key)?.podGone(view);
        break;
      }
      case 'away':
        break;
    }
  }

  #podChanged(pod: Pod): void {
    const key = keyOfPod(pod);
    if (key === null) return;
    const now = viewOf(pod);
    const view = keepPullCause(now, this.#pods.get(now.uid)?.view);
    this.#pods.set(view.uid, { key, view });
    this.#followers.get(key)?.podChanged(view);
  }

  #tookDeployments(event: WatchEvent<Deployment>): void {
    switch (event.type) {
      case 'listed': {
        this.#deployments.clear();
        const keys = new Set(event.items.map((item) => this.#deploymentChanged(item)));
        for (const [key, workload] of this.#workloads) if (!keys.has(key)) workload.deploymentChanged(null);
        this.#found('deployments');
        break;
      }
      case 'changed':
        this.#deploymentChanged(event.item);
        break;
      case 'removed': {
        const key = keyOfDeployment(event.item);
        if (key === null) break;
        this.#deployments.delete(key);
        this.#workloads.get(key)?.deploymentGone(event.item);
        break;
      }
      case 'away':
        break;
    }
  }

  #deploymentChanged(deployment: Deployment): string | null {
    const key = keyOfDeployment(deployment);
    if (key === null) return null;
    const workload = this.#workloads.get(key);
    if (workload === undefined) this.#deployments.set(key, deployment);
    else workload.deploymentChanged(deployment);
    return key;
  }

  #found(what: 'pods' | 'deployments'): void {
    if (this.#listed[what]) return;
    const isLast = this.#listed.pods || this.#listed.deployments;
    // Before anything is done: what nobody seems to want is not removed at once.
    if (isLast) this.#holdUnknown();
    this.#listed[what] = true;
    if (!isLast) return;
    for (const each of this.#followers.values()) each.podsListed(this.#uids());
    this.#known.resolve();
  }

  /** What an earlier supervisor has left without a record: somebody may come for it in a moment. */
  #holdUnknown(): void {
    for (const [key, { metadata }] of this.#deployments) {
      const { name, namespace } = metadata ?? {};
      if (name !== undefined && namespace !== undefined) this.#add(key, namespace, name);
    }
    for (const workload of this.#workloads.values()) workload.holdUnknown();
  }

  #uids(): ReadonlySet<string> {
    return new Set(this.#pods.keys());
  }

  async #ask(): Promise<{ version: string; usage: boolean }> {
    const { gitVersion, major, minor } = await this.client.version();
    const since = (first: number) => major !== '1' || Number.parseInt(minor, 10) >= first;
    this.#marks = since(MARKS);
    this.#mayBeDeaf = !since(HEARS);
    // What a watch was refused is refused still, or not any more; whatever else was in its way has gone.
    if (this.#away !== null && !isClusterAway(this.#away)) await this.#list();
    this.#away = null;
    const usage = await this.client.serves(resources.podMetrics).catch(() => false);
    return { version: gitVersion, usage };
  }

  async #list(): Promise<void> {
    await this.client.list(resources.pods, { labels: platformLabels(this.platform) });
  }
}

const keyOf = (namespace: string, appId: string, process: string, release: string): string =>
  [namespace, appId, process, release].join('/');
const onceKey = (instance: string): string => `once/${instance}`;

function keyOfPod({ metadata }: Pod): string | null {
  const { labels = {}, namespace = '' } = metadata ?? {};
  const instance = labels[INSTANCE_LABEL];
  if (instance !== undefined) return onceKey(instance);
  // Somebody else follows those of sessions.
  if (labels[SESSION_LABEL] !== undefined) return null;
  return keyOfLabels(namespace, labels);
}

const keyOfDeployment = ({ metadata }: Deployment): string | null =>
  keyOfLabels(metadata?.namespace ?? '', metadata?.labels ?? {});

function keyOfLabels(namespace: string, labels: Readonly<Record<string, string>>): string | null {
  const [appId, process, release] = [labels[APP_ID_LABEL], labels[PROCESS_LABEL], labels[RELEASE_LABEL]];
  if (appId === undefined || process === undefined || release === undefined) return null;
  return keyOf(namespace, appId, process, release);
}
