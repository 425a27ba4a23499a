import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { isClusterAway, resources } from '@rig-ops/kubernetes';
import type { HeldPod, HeldRecord, SessionContainment } from '../../../containment/session-containment.ts';
import type { StartFailure } from '../../../proc/spawn-program.ts';
import type { SessionProgram } from '../../../sessions/program.ts';
import type { SessionsInContainers } from '../../../sessions/sessions.ts';
import type { Cluster } from '../cluster.ts';
import { APP_CONTAINER } from '../objects/pod-template.ts';
import { homeOf } from '../objects/workload-objects.ts';
import { explainRefusal } from '../reasons/explain-failure.ts';
import type { PlaceOfInstance } from './place-of-instance.ts';
import type { PodContainer } from './pod-container.ts';
import { markOf, podContainment } from './pod-containment.ts';
import { type PodSessionSpec, sessionJobName, type SessionPods } from './session-pods.ts';
import { startInPod } from './start-in-pod.ts';

export interface PodSessionsOptions {
  placeOf: PlaceOfInstance;
  /** @throws RigError `kubeconfig_invalid` */
  clusterOf: (name: string, platform: string) => Promise<Cluster>;
  pods: SessionPods;
  givesUp: () => boolean;
}

const ADOPT_MS = 3_000;

/** Programs of sessions in pods: beside an instance, or in one of their own. */
export class PodSessions implements SessionsInContainers {
  readonly #options: PodSessionsOptions;

  constructor(options: PodSessionsOptions) {
    this.#options = options;
  }

  async start(
    spec: SessionSpec,
    env: Readonly<Record<string, string>>,
    beside: InstanceSpec | null,
  ): Promise<SessionProgram | StartFailure> {
    if (spec.runAs !== undefined)
      return { startError: `programs in a pod run as the user of the pod, not as ${spec.runAs}` };
    if (beside !== null) {
      const place = await this.#options.placeOf(beside.id);
      return await this.#startAt(place, spec, env);
    }
    const { pod } = spec;
    if (pod === undefined) return { startError: 'there is no pod for it' };
    return await this.#startAlone({ ...spec, pod }, env);
  }

  async hold(
    record: HeldRecord,
    beside: InstanceSpec | null,
    _user: string | null,
    own: Pick<SessionSpec, 'pod' | 'app' | 'network'>,
  ): Promise<SessionContainment> {
    if (beside !== null) {
      const { cluster = '', platform = '' } = beside.pod ?? {};
      const { container, name, namespace } = await this.#options.placeOf(beside.id);
      return this.#hold({
        ...record,
        pod: { cluster, platform, namespace, pod: name, container, own: false },
      });
    }
    const { cluster = '', namespace = '', platform = '' } = own.pod ?? {};
    const pod = sessionJobName({ id: record.id, app: own.app, network: own.network });
    return this.#hold({
      ...record,
      pod: { cluster, platform, namespace, pod, container: APP_CONTAINER, own: true },
    });
  }

  /** Whoever asks for the end of it then is not kept waiting: a cluster that is away is asked again when it is back. */
  adopt(record: HeldRecord): SessionContainment {
    const held = this.#hold(record);
    return {
      ...held,
      kill: async () => {
        const killed = held.kill();
        await Promise.race([killed, sleep(ADOPT_MS, undefined, { ref: false })]);
      },
    };
  }

  #hold(record: HeldRecord): SessionContainment {
    const { pod } = record;
    if (pod === undefined) throw new Error('a session without a pod');
    const { clusterOf, givesUp, pods } = this.#options;
    return podContainment(record, {
      place: async () => await this.#find(pod),
      remove: pod.own
        ? async () => await pods.remove(await clusterOf(pod.cluster, pod.platform), pod.namespace, pod.pod)
        : null,
      givesUp,
    });
  }

  /** Of one of its own: whatever pod its Job has. @throws RigError `cluster_…` */
  async #find({ cluster, container, namespace, own, platform, pod }: HeldPod): Promise<PodContainer | null> {
    const { client } = await this.#options.clusterOf(cluster, platform);
    if (!own) {
      const found = await client.find(resources.pods, { namespace, name: pod });
      return found === null ? null : { client, namespace, name: pod, container };
    }
    const [found] = await client.list(resources.pods, { namespace, labels: { 'job-name': pod } });
    const of = found?.metadata?.name;
    return of === undefined ? null : { client, namespace, name: of, container };
  }

  async #startAlone(
    spec: PodSessionSpec,
    env: Readonly<Record<string, string>>,
  ): Promise<SessionProgram | StartFailure> {
    const { clusterOf, pods } = this.#options;
    const cluster = await clusterOf(spec.pod.cluster, spec.pod.platform);
    try {
      const place = await pods.start(cluster, spec);
      if ('startError' in place) return place;
      const program = await this.#startAt(place, spec, { ...homeOf(spec.pod), ...env });
      if ('startError' in program) await pods.remove(cluster, spec.pod.namespace, sessionJobName(spec));
      return program;
    } catch (error) {
      if (!isRigError(error) || isClusterAway(error)) throw error;
      return { startError: explainRefusal(error) };
    }
  }

  async #startAt(
    place: PodContainer,
    { argv, cwd, id, terminal }: SessionSpec,
    env: Readonly<Record<string, string>>,
  ): Promise<SessionProgram | StartFailure> {
    return await startInPod(place, { argv, cwd, env, terminal, mark: markOf(id) });
  }
}
