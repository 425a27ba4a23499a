import { RigError } from '@rig-ops/contract/errors';
import { isClusterNotFound } from './cluster-errors.ts';
import { ClusterConnection, type ClusterQuery } from './cluster-connection.ts';
import { type LogRange, readLog, readLogHead } from './logs/read-log.ts';
import type { LogPiece } from './logs/read-log-pieces.ts';
import { ClusterExec } from './streams/cluster-exec.ts';
import { ForwardedPort } from './streams/forwarded-port.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { type ClusterObject, type Resource, resources } from './resources.ts';
import { ServedVersions } from './served-versions.ts';
import { type WatchEvent, watchObjects } from './watch-objects.ts';

/** One object of a kind. */
export interface ObjectName {
  /** Absent for what is in no namespace. */
  namespace?: string;
  name: string;
}

export interface PodContainerName {
  namespace: string;
  /** Of the pod. */
  name: string;
  container: string;
}

/** Some objects of a kind. */
export interface Selection {
  /** Of all namespaces when absent. */
  namespace?: string;
  /** Each of these with this value; `null` for any value. */
  labels?: Readonly<Record<string, string | null>>;
  /** As `status.phase=Running`. */
  fields?: string;
}

export interface ApplyOptions {
  /** Takes fields that another manager has set as well; refused with `cluster_conflict` otherwise. */
  force?: boolean;
  /** Tells what would be, and changes nothing. */
  dryRun?: boolean;
  /** As `status`. */
  subresource?: string;
}

export interface DeleteOptions {
  /** `Background` when absent: what it owns goes after it. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** 0 by force, without waiting for the kubelet; that of the object when absent. */
  graceSeconds?: number;
  /** Only this very one, not a later one of the same name. */
  uid?: string;
}

export interface ClusterVersion {
  major: string;
  minor: string;
  /** As `v1.34.1`. */
  gitVersion: string;
}

/** By which the API server tells our fields from those of others. */
export const FIELD_MANAGER = 'rig';

const PAGE = 500;
/** Whoever asks for it wants to know whether the cluster is there. */
const VERSION_MS = 5_000;

/** The API of one cluster. Every call may throw RigError `cluster_…`; holds no state of what runs. */
export class KubernetesClient {
  readonly connection: ClusterConnection;
  readonly #served: ServedVersions;

  constructor(access: ClusterAccess) {
    this.connection = new ClusterConnection(access);
    this.#served = new ServedVersions(this.connection);
  }

  async version(): Promise<ClusterVersion> {
    return await this.connection.call({ method: 'GET', path: '/version', answerMs: VERSION_MS });
  }

  /** Whether the cluster has objects of this kind, in a version that rig knows. */
  async serves(resource: Resource<unknown>): Promise<boolean> {
    return (await this.#served.find(resource)) !== null;
  }

  /** `apiVersion` of what is sent. @throws RigError `cluster_unsupported` */
  async apiVersion(resource: Resource<unknown>): Promise<string> {
    return await this.#served.require(resource);
  }

  /** @throws RigError `cluster_not_found` */
  async read<T>(resource: Resource<T>, which: ObjectName, subresource?: string): Promise<T> {
    const path = await this.pathOf(resource, which, subresource);
    return await this.connection.call<T>({ method: 'GET', path });
  }

  /** Null where there is none of the name. */
  async find<T>(resource: Resource<T>, which: ObjectName): Promise<T | null> {
    try {
      return await this.read(resource, which);
    } catch (error) {
      if (isClusterNotFound(error)) return null;
      throw error;
    }
  }

  async list<T>(resource: Resource<T>, selection: Selection = {}, signal?: AbortSignal): Promise<T[]> {
    return (await this.#list(resource, selection, signal)).items;
  }

  /** All at first, then each change, until `signal`; see {@link watchObjects}. */
  watch<T>(resource: Resource<T>, selection: Selection, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    return watchObjects<T>(
      {
        connection: this.connection,
        list: async (until) => await this.#list(resource, selection, until),
        path: async () => await this.pathOf(resource, selection),
        query: queryOf(selection),
      },
      signal,
    );
  }

  /** @throws RigError `cluster_conflict` where there is one of the name */
  async create<T>(resource: Resource<T>, object: T & ClusterObject): Promise<T> {
    const body = await this.#complete(resource, object);
    const { namespace } = object.metadata ?? {};
    const path = await this.pathOf(resource, namespace === undefined ? {} : { namespace });
    return await this.connection.call<T>({
      method: 'POST',
      path,
      query: { fieldManager: FIELD_MANAGER },
      body,
    });
  }

  /**
   * Makes it, or makes it as given: fields that were given before and are not any more go, those of others stay
   * (server-side apply).
   * @throws RigError `cluster_conflict` with `details.managers` where another one has set one of the fields
   */
  async apply<T>(
    resource: Resource<T>,
    object: T & ClusterObject,
    { force = false, dryRun = false, subresource }: ApplyOptions = {},
  ): Promise<T> {
    const body = await this.#complete(resource, object);
    return await this.connection.call<T>({
      method: 'PATCH',
      path: await this.pathOf(resource, nameOf(object), subresource),
      query: { fieldManager: FIELD_MANAGER, force, ...(dryRun ? { dryRun: 'All' } : {}) },
      contentType: 'application/apply-patch+yaml',
      body,
    });
  }

  /** Changes the fields of `change` alone (RFC 7386); null removes one. */
  async merge<T>(resource: Resource<T>, which: ObjectName, change: object, subresource?: string): Promise<T> {
    return await this.#patch(resource, which, change, 'application/merge-patch+json', subresource);
  }

  /** Operations one after another, all or none (RFC 6902); `test` among them for what must be so. */
  async patch<T>(
    resource: Resource<T>,
    which: ObjectName,
    operations: readonly object[],
    subresource?: string,
  ): Promise<T> {
    return await this.#patch(resource, which, operations, 'application/json-patch+json', subresource);
  }

  /** Nothing happens where there is none of it, or only another one of the same name. */
  async delete(
    resource: Resource<unknown>,
    which: ObjectName,
    { propagation = 'Background', graceSeconds, uid }: DeleteOptions = {},
  ): Promise<void> {
    try {
      await this.connection.text({
        method: 'DELETE',
        path: await this.pathOf(resource, which),
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: propagation,
          ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
          ...(uid === undefined ? {} : { preconditions: { uid } }),
        },
      });
    } catch (error) {
      const isOther = uid !== undefined && (error as RigError).code === 'cluster_conflict';
      if (!isClusterNotFound(error) && !isOther) throw error;
    }
  }

  /** Everything that is selected, at once; only where labels were given. */
  async deleteAll(
    resource: Resource<unknown>,
    selection: Selection & { namespace: string },
    { propagation = 'Background' }: Pick<DeleteOptions, 'propagation'> = {},
  ): Promise<void> {
    if (Object.keys(selection.labels ?? {}).length === 0)
      throw new Error('nothing is deleted that no label tells to be ours');
    await this.connection.text({
      method: 'DELETE',
      path: await this.pathOf(resource, selection),
      query: queryOf(selection),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: propagation },
    });
  }

  /**
   * What a container prints, in the order of its log, whichever of its streams it was printed to: the API does not tell.
   * @throws RigError `cluster_…`, also when the connection breaks
   */
  logs(which: PodContainerName, range: LogRange): AsyncGenerator<LogPiece[]> {
    return readLog(
      this.connection,
      async () => await this.pathOf(resources.pods, which, 'log'),
      which,
      range,
    );
  }

  /**
   * Time of the first line that the cluster still has of a container, in nanoseconds since the epoch; null for none.
   * @throws RigError `cluster_…`
   */
  async logHead(which: PodContainerName, signal: AbortSignal): Promise<bigint | null> {
    return await readLogHead(this.connection, await this.pathOf(resources.pods, which, 'log'), which, signal);
  }

  /** Starts a program in a container that runs. @throws RigError `cluster_…` */
  async exec(
    which: PodContainerName,
    { command, tty }: { command: readonly string[]; tty: boolean },
  ): Promise<ClusterExec> {
    const path = await this.pathOf(resources.pods, which);
    return await ClusterExec.start(this.connection, { path, container: which.container, command, tty });
  }

  /** Connects to a port of a pod through the API server. @throws RigError `cluster_…` */
  async forwardPort(which: ObjectName, port: number): Promise<ForwardedPort> {
    return await ForwardedPort.open(this.connection, await this.pathOf(resources.pods, which), port);
  }

  /** Path of the API for one object, or for all of a namespace or of the cluster. */
  async pathOf(
    resource: Resource<unknown>,
    { namespace, name }: { namespace?: string; name?: string },
    subresource?: string,
  ): Promise<string> {
    const version = await this.#served.require(resource);
    const parts = [
      resource.group === '' ? `/api/${version}` : `/apis/${version}`,
      ...(resource.namespaced && namespace !== undefined ? ['namespaces', namespace] : []),
      resource.plural,
      ...(name === undefined ? [] : [name]),
      ...(subresource === undefined ? [] : [subresource]),
    ];
    return parts.map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join('/');
  }

  close(): void {
    this.connection.close();
  }

  async #complete<T>(resource: Resource<T>, object: T & ClusterObject): Promise<object> {
    return { ...object, apiVersion: await this.#served.require(resource), kind: resource.kind };
  }

  async #patch<T>(
    resource: Resource<T>,
    which: ObjectName,
    body: object,
    contentType: string,
    subresource: string | undefined,
  ): Promise<T> {
    return await this.connection.call<T>({
      method: 'PATCH',
      path: await this.pathOf(resource, which, subresource),
      query: { fieldManager: FIELD_MANAGER },
      contentType,
      body,
    });
  }

  async #list<T>(
    resource: Resource<T>,
    selection: Selection,
    signal: AbortSignal | undefined,
  ): Promise<{ items: T[]; version: string }> {
    const items: T[] = [];
    const path = await this.pathOf(resource, selection);
    let next = '';
    for (;;) {
      const page: { items: T[] | null; metadata: { resourceVersion: string; continue?: string } } =
        await this.connection.call({
          method: 'GET',
          path,
          query: { ...queryOf(selection), limit: PAGE, ...(next === '' ? {} : { continue: next }) },
          ...(signal === undefined ? {} : { signal }),
        });
      items.push(...(page.items ?? []));
      next = page.metadata.continue ?? '';
      if (next === '') return { items, version: page.metadata.resourceVersion };
    }
  }
}

function nameOf({ metadata }: ClusterObject): ObjectName {
  const { name, namespace } = metadata ?? {};
  if (name === undefined) throw new Error('an object without a name');
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

function queryOf({ labels = {}, fields }: Selection): Record<string, string | undefined> & ClusterQuery {
  const selector = Object.entries(labels).map(([name, value]) =>
    value === null ? name : `${name}=${value}`,
  );
  return {
    labelSelector: selector.length === 0 ? undefined : selector.join(','),
    fieldSelector: fields,
  };
}
