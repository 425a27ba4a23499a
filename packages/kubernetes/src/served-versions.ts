import { RigError } from '@rig-ops/contract/errors';
import type { ClusterConnection } from './cluster-connection.ts';
import { isClusterNotFound } from './cluster-errors.ts';
import type { Resource } from './resources.ts';

/** A cluster may be upgraded, or get what it did not have, while it is used. */
const KEEP_MS = 5 * 60_000;

interface Found {
  /** As `policy/v1`; null for none. */
  version: Promise<string | null>;
  until: number;
}

/** In which version a cluster serves a kind of objects. */
export class ServedVersions {
  readonly #connection: Pick<ClusterConnection, 'call'>;
  readonly #found = new Map<string, Found>();

  constructor(connection: Pick<ClusterConnection, 'call'>) {
    this.#connection = connection;
  }

  /** @throws RigError `cluster_unsupported` where there is none that rig knows */
  async require(resource: Resource<unknown>): Promise<string> {
    // Of the same version wherever it is: nothing is to be asked.
    if (resource.group === '' || resource.versions.length === 1)
      return versionOf(resource, resource.versions[0]);
    const found = await this.find(resource);
    if (found !== null) return found;
    const known = resource.versions.map((version) => versionOf(resource, version)).join(' or ');
    throw new RigError('cluster_unsupported', `The cluster does not serve ${resource.kind} of ${known}.`);
  }

  /** Null where the cluster does not have it. */
  async find(resource: Resource<unknown>): Promise<string | null> {
    const key = `${resource.group}/${resource.plural}`;
    const known = this.#found.get(key);
    if (known !== undefined && known.until > performance.now()) return await known.version;
    const version = this.#ask(resource);
    this.#found.set(key, { version, until: performance.now() + KEEP_MS });
    try {
      return await version;
    } catch (error) {
      this.#found.delete(key);
      throw error;
    }
  }

  async #ask(resource: Resource<unknown>): Promise<string | null> {
    for (const each of resource.versions) {
      const version = versionOf(resource, each);
      const path = resource.group === '' ? `/api/${version}` : `/apis/${version}`;
      try {
        const served = await this.#connection.call<{ resources: { name: string }[] }>({
          method: 'GET',
          path,
        });
        if (served.resources.some(({ name }) => name === resource.plural)) return version;
      } catch (error) {
        if (!isClusterNotFound(error)) throw error;
      }
    }
    return null;
  }
}

const versionOf = ({ group }: Resource<unknown>, version: string): string =>
  group === '' ? version : `${group}/${version}`;
