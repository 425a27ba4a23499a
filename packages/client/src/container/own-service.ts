import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Where pods of the cluster that this runs in reach it: the Service `rig` of its namespace, of which the kubelet tells the port.
 * @returns null outside of a cluster, and where there is no such Service
 */
export async function ownServiceUrl(
  env: Readonly<Record<string, string | undefined>>,
  hasTls: boolean,
  account: string = ACCOUNT,
): Promise<string | null> {
  const { KUBERNETES_SERVICE_HOST: host, RIG_SERVICE_PORT: port } = env;
  if (!host || !port || !/^\d+$/.test(port)) return null;
  try {
    const namespace = (await readFile(join(account, 'namespace'), 'utf8')).trim();
    return `${hasTls ? 'https' : 'http'}://rig.${namespace}.svc:${port}`;
  } catch {
    return null;
  }
}
