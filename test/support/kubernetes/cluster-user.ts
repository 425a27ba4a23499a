import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resources } from '@rig-ops/kubernetes';
import { describe, until, User } from '../rig.ts';
import type { TestCluster } from './test-cluster.ts';

/** Images that the nodes have: an app's with Node in it and a user by number, and rig's own. */
export const RUN_IMAGE = process.env['RIG_TEST_RUN_IMAGE'] ?? 'rig-test/node:24';
export const POD_IMAGE = process.env['RIG_TEST_POD_IMAGE'] ?? 'rig-test/rig:dev';

/** A kubelet that has much to do ends pods late; the servers look at a namespace that goes at growing distances. */
const GOES_WITHIN_MS = 180_000;

/** A user with a platform of their own that has a network on the cluster. */
export class ClusterUser extends User {
  readonly cluster: TestCluster;
  readonly network: string;

  private constructor(cluster: TestCluster, network: string) {
    super();
    this.cluster = cluster;
    this.network = network;
  }

  /**
   * @param about one word for the name of the network, so that what is left of it tells whose it was
   * @param kubeconfig by which the platform reaches the cluster
   */
  static async start(
    cluster: TestCluster,
    about: string,
    kubeconfig = cluster.kubeconfig,
  ): Promise<ClusterUser> {
    const user = new ClusterUser(cluster, `ks-${about}-${process.pid.toString(36)}`);
    try {
      await user.#begin(kubeconfig);
      return user;
    } catch (error) {
      await user.close().catch(() => undefined);
      throw error;
    }
  }

  async #begin(kubeconfig: string): Promise<void> {
    const address = process.env['RIG_TEST_ADDRESS'] ?? addressTowards(this.cluster);
    const port = await freePort(address);
    const url = `http://${address}:${port}`;
    const args = ['--listen', `${address}:${port}`, '--insecure', '--pod-url', url, '--pod-image', POD_IMAGE];
    await this.json(['platform', 'start', ...args]);
    const on = ['--engine', 'kubernetes', '--kubeconfig', kubeconfig];
    await this.json(['networks', 'create', this.network, ...on]);
  }

  /** A source tree with the network and the image in its rig.toml. */
  app(name: string, files: Record<string, string>, toml = ''): string {
    return this.source(name, {
      ...files,
      'rig.toml': `app = "${name}"\nnetwork = "${this.network}"\n[build]\n${toml.includes('[run]') ? '' : `[run]\nimage = "${RUN_IMAGE}"\n`}${toml}`,
    });
  }

  /** Of the network on the cluster; null when there is none. */
  async namespace(): Promise<string | null> {
    const labels = { 'rig.dev/network': this.network };
    const [found] = await this.cluster.client.list(resources.namespaces, { labels });
    return found?.metadata?.name ?? null;
  }

  async requireNamespace(): Promise<string> {
    const name = await this.namespace();
    assert.ok(name !== null, 'the network has no namespace');
    return name;
  }

  /** Destroys all apps and the network, stops the platform, and insists that nothing is left on the cluster. */
  override async close(): Promise<void> {
    const namespace = await this.namespace().catch(() => null);
    const { apps } = await this.json<{ apps: { name: string }[] }>(['apps', 'list']).catch(() => ({
      apps: [],
    }));
    for (const { name } of apps) await this.run(['apps', 'destroy', name, '--yes']);
    const gone = await this.run(['networks', 'destroy', this.network, '--yes']);
    await super.close();
    if (namespace === null) return;
    assert.equal(gone.code, 0, describe(['networks', 'destroy'], gone));
    await until(
      'the namespace to go, with all that was in it',
      async () => await this.cluster.isGoneOrEmpty(namespace),
      GOES_WITHIN_MS,
    );
  }
}

const numberOf = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The address of this machine by which pods reach it: the one on the way to the API server. */
function addressTowards({ kubeconfig }: TestCluster): string {
  const host = /server:\s*https?:\/\/([\d.]+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1];
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const found = all.find(
    ({ family, address, netmask }) =>
      host !== undefined &&
      family === 'IPv4' &&
      (numberOf(address) & numberOf(netmask)) === (numberOf(host) & numberOf(netmask)),
  );
  assert.ok(found, 'no address of this machine is near the API server: say one in RIG_TEST_ADDRESS');
  return found.address;
}
