import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import { type KubernetesClient, resources, type Service } from '@rig-ops/kubernetes';
import {
  APP_ID_LABEL,
  hasLabels,
  platformLabels,
  PROCESS_LABEL,
  RELEASE_LABEL,
} from '../objects/object-labels.ts';
import { fitLabel, serviceName } from '../objects/object-names.ts';
import { type PodInstanceSpec, SERVED, serviceOf } from '../objects/workload-objects.ts';

export interface AppServicesOptions {
  client: KubernetesClient;
  platform: string;
  /** Whether a pod takes requests, as far as the cluster has told. */
  isReady: (uid: string) => boolean;
  /** How long the nodes of a cluster take to send requests elsewhere, in milliseconds. */
  settleMs?: number;
}

/** An instance that its neighbours are to reach, and its pod. */
export interface Led {
  spec: PodInstanceSpec;
  /** Uid of its pod; null while it has none. */
  uid: string | null;
}

/** Releases as their pods are labelled: `null` for all of them. */
type Leads = string | null;

/** A probe of the cluster comes a little later than rig's own. */
const READY_MS = 6_000;
const LOOK_MS = 100;
/** kube-proxy gathers changes for a second. */
const SETTLE_MS = 1_000;

/**
 * The Service of each app, which is by what neighbours call it. It leads to the release that rig says, and where two of them share
 * the requests, to both. What it leads to is written on the cluster alone: it holds while rig is away, and over a restart of it.
 */
export class AppServices {
  readonly #options: AppServicesOptions;
  readonly #leads = new Map<string, Leads>();
  /** How often it was asked where one is to lead to. */
  readonly #asked = new Map<string, number>();
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: AppServicesOptions) {
    this.#options = options;
  }

  /** Made where there is none, and put back to what it is to be. @throws RigError `cluster_conflict` where somebody else has its name */
  async ensure(spec: PodInstanceSpec): Promise<void> {
    await this.#inTurn(spec, async () => {
      const release = this.#leads.get(keyOf(spec));
      const found = await this.#find(spec);
      await this.#apply(spec, release === undefined ? leadsOf(spec, found) : release);
    });
  }

  /** Resolves when requests go to these. @throws RigError `cluster_…` */
  async lead(all: readonly Led[]): Promise<void> {
    const led = all.filter(({ spec }) => serviceOf(spec, null) !== null);
    const [first] = led;
    if (first === undefined) return;
    const { spec } = first;
    const releases = new Set(led.map(({ spec: { release } }) => `v${release}`));
    const [one = null] = releases;
    const wanted = releases.size === 1 ? one : null;
    const key = keyOf(spec);
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    if (this.#leads.get(key) === wanted) return;
    await this.#untilReady(led);
    await this.#inTurn(spec, async () => {
      // Something else was asked for meanwhile.
      if (this.#asked.get(key) !== asked) return;
      const found = await this.#find(spec);
      await this.#apply(spec, wanted);
      // From here on it is put back to this one.
      this.#leads.set(key, wanted);
      // What goes now would be asked for a moment yet.
      if (found !== null && leadsOf(spec, found) !== wanted)
        await sleep(this.#options.settleMs ?? SETTLE_MS, undefined, { ref: false });
    });
  }

  /** Nothing is behind it any more. @param appId as a label */
  async remove(namespace: string, appId: string): Promise<void> {
    const { client, platform } = this.#options;
    const key = `${namespace}/${appId}`;
    this.#leads.delete(key);
    this.#asked.delete(key);
    const labels = { ...platformLabels(platform), [APP_ID_LABEL]: appId, [PROCESS_LABEL]: SERVED };
    for (const { metadata } of await client.list(resources.services, { namespace, labels })) {
      const { name, uid } = metadata ?? {};
      if (name !== undefined && uid !== undefined)
        await client.delete(resources.services, { namespace, name }, { uid });
    }
  }

  async #find({ app, pod: { namespace } }: PodInstanceSpec): Promise<Service | null> {
    const { client, platform } = this.#options;
    const name = serviceName(app);
    // By a list, which the role of rig has let it from the first day.
    const named = await client.list(resources.services, { namespace, fields: `metadata.name=${name}` });
    const found = named.find(({ metadata }) => metadata?.name === name) ?? null;
    if (found === null || hasLabels(found.metadata?.labels, platformLabels(platform))) return found;
    throw new RigError(
      'cluster_conflict',
      `There is a Service ${name} in the namespace ${namespace} that is not of this platform.`,
      { hint: 'Remove it if nobody needs it, or give the app another name.' },
    );
  }

  async #apply(spec: PodInstanceSpec, release: Leads): Promise<void> {
    const service = serviceOf(spec, release);
    if (service !== null) await this.#options.client.apply(resources.services, service, { force: true });
  }

  /** One that takes no requests yet would be left out, and the Service lead nowhere; not for ever, since rig sends it some already. */
  async #untilReady(led: readonly Led[]): Promise<void> {
    const { isReady } = this.#options;
    for (const deadline = performance.now() + READY_MS; performance.now() < deadline; await sleep(LOOK_MS))
      if (led.every(({ uid }) => uid !== null && isReady(uid))) return;
  }

  async #inTurn(spec: PodInstanceSpec, work: () => Promise<void>): Promise<void> {
    const key = keyOf(spec);
    const turn = (this.#last.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#last.set(key, turn);
    try {
      await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}

const keyOf = ({ appId, pod: { namespace } }: PodInstanceSpec): string => `${namespace}/${fitLabel(appId)}`;

/** What it leads to now; for one that is new, or of an app of before, the release that there is. */
function leadsOf(spec: PodInstanceSpec, found: Service | null): Leads {
  const selector = found?.spec?.selector ?? {};
  if (selector[APP_ID_LABEL] !== fitLabel(spec.appId)) return `v${spec.release}`;
  return selector[RELEASE_LABEL] ?? null;
}
