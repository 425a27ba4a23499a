import { setTimeout as sleep } from 'node:timers/promises';
import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { isClusterConflict, type Job, resources } from '@rig-ops/kubernetes';
import type { StartFailure } from '../../../proc/spawn-program.ts';
import type { Cluster } from '../cluster.ts';
import {
  APP_LABEL,
  type Labels,
  NETWORK_LABEL,
  platformLabels,
  SESSION_LABEL,
} from '../objects/object-labels.ts';
import { fitLabel, onceName } from '../objects/object-names.ts';
import type { PodPreparation } from '../objects/pod-preparation.ts';
import { APP_CONTAINER, podTemplate } from '../objects/pod-template.ts';
import { applyAll, BEGIN } from '../objects/begin-job.ts';
import { filesOf, ownerOf, type PodInstanceSpec } from '../objects/workload-objects.ts';
import { pullSecretName, pullSecretOf } from '../pull/pull-secret.ts';
import { explainWait } from '../reasons/explain-wait.ts';
import { viewOf } from '../status/pod-view.ts';
import type { PodContainer } from './pod-container.ts';
import { insidePod } from '../../tools/pod-tools.ts';

export type PodSessionSpec = SessionSpec & { pod: PodSpec };

/** For a node to be found, an image to be fetched, and files to be unpacked. */
const STARTED_MS = 5 * 60_000;
const LOOK_MS = 250;
const PROCESS = 'session';

export const sessionJobName = ({ app, id, network }: Pick<SessionSpec, 'app' | 'id' | 'network'>): string =>
  onceName(app ?? network, PROCESS, id);

const labelsOf = (spec: PodSessionSpec): Labels => ({
  ...platformLabels(spec.pod.platform),
  [NETWORK_LABEL]: fitLabel(spec.network),
  [SESSION_LABEL]: fitLabel(spec.id),
  ...(spec.app === null ? {} : { [APP_LABEL]: fitLabel(spec.app) }),
});

/** Idles for as long as somebody wants it, once {@link BEGIN} was told. What the session has in its environment is told to the session alone. */
export function sessionJobOf(spec: PodSessionSpec, preparation: PodPreparation): Job {
  const labels = labelsOf(spec);
  const template = podTemplate({
    spec: { ...spec.pod, health: null, port: null },
    argv: insidePod(['idle']),
    cwd: spec.cwd,
    labels,
    spreadBy: null,
    secret: '',
    pullSecret: preparation.pullKeys === null ? null : pullSecretName(sessionJobName(spec)),
    restartPolicy: 'Never',
    preparation,
  });
  for (const container of template.spec?.containers ?? []) delete container.envFrom;
  return {
    metadata: { name: sessionJobName(spec), namespace: spec.pod.namespace, labels: { ...labels } },
    spec: { backoffLimit: 0, parallelism: 0, completions: 1, template },
  };
}

/** Pods that are made for one session each. */
export class SessionPods {
  readonly #preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation;

  constructor(preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation) {
    this.#preparationOf = preparationOf;
  }

  /** Resolves when its container runs. @throws RigError `cluster_…` */
  async start(cluster: Cluster, spec: PodSessionSpec): Promise<PodContainer | StartFailure> {
    await cluster.namespaces.ensure(spec.pod);
    const name = sessionJobName(spec);
    const [of, { namespace }] = [asInstance(spec), spec.pod];
    const preparation = this.#preparationOf(of, name);
    const owner = ownerOf('Job', await this.#create(cluster, sessionJobOf(spec, preparation)));
    const { pullKeys } = preparation;
    try {
      const pull =
        pullKeys === null
          ? null
          : pullSecretOf(pullKeys, { namespace, workload: name, labels: labelsOf(spec), owner });
      await applyAll(cluster.client, [filesOf(of, name, owner), pull]);
      await cluster.client.merge(resources.jobs, { namespace, name }, BEGIN);
      const started = await this.#await(cluster, spec);
      if ('startError' in started) await this.remove(cluster, namespace, name);
      return started;
    } catch (error) {
      await this.remove(cluster, namespace, name).catch(() => undefined);
      throw error;
    }
  }

  /** Its pod at once, without grace. @throws RigError `cluster_…` */
  async remove({ client }: Cluster, namespace: string, job: string): Promise<void> {
    const pods = await client.list(resources.pods, { namespace, labels: { 'job-name': job } });
    await client.delete(resources.jobs, { namespace, name: job });
    for (const { metadata } of pods) {
      const { name = '', uid } = metadata ?? {};
      await client.delete(
        resources.pods,
        { namespace, name },
        { graceSeconds: 0, ...(uid === undefined ? {} : { uid }) },
      );
    }
  }

  /** @throws RigError `cluster_…` */
  async #create({ client, namespaces }: Cluster, job: Job): Promise<Job> {
    const { name = '', namespace = '' } = job.metadata ?? {};
    try {
      return await client.create(resources.jobs, job);
    } catch (error) {
      namespaces.doubt(namespace);
      if (!isClusterConflict(error)) throw error;
      // It was asked for before, and the answer was lost.
      const found = await client.find(resources.jobs, { namespace, name });
      if (found === null) throw error;
      return found;
    }
  }

  async #await({ client }: Cluster, spec: PodSessionSpec): Promise<PodContainer | StartFailure> {
    const { namespace } = spec.pod;
    const labels = { [SESSION_LABEL]: fitLabel(spec.id) };
    let waits = 'the cluster has not made its pod';
    for (
      const deadline = performance.now() + STARTED_MS;
      performance.now() < deadline;
      await sleep(LOOK_MS)
    ) {
      const [pod] = await client.list(resources.pods, { namespace, labels });
      if (pod === undefined) continue;
      const { name, over, run, wait } = viewOf(pod);
      if (run.begun && run.end === null) return { client, namespace, name, container: APP_CONTAINER };
      if (over || run.end !== null) return { startError: 'its pod ended before it began' };
      if (wait === null) continue;
      const { text, hopeless } = explainWait(wait, { image: spec.pod.image, program: spec.argv[0] ?? '' });
      if (hopeless) return { startError: text };
      waits = text;
    }
    return { startError: `${waits}, for ${STARTED_MS / 60_000} minutes` };
  }
}

/** As what is put into pods is asked for. */
const asInstance = (spec: PodSessionSpec): PodInstanceSpec => ({
  id: spec.id,
  app: spec.app ?? spec.network,
  appId: spec.appId ?? spec.network,
  process: PROCESS,
  name: spec.id,
  release: spec.release ?? 0,
  argv: spec.argv,
  cwd: spec.cwd,
  env: {},
  pod: spec.pod,
});
