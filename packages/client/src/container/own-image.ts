import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';

/** Where the kubelet puts what a pod needs to speak to the API server. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const PATIENCE_MS = 5_000;
const MOST_BYTES = 1024 * 1024;

/**
 * The image that the pod this runs in has, so that pods of apps are made ready by the same one.
 * @param container name of its container
 * @returns null outside of a cluster, and where it cannot be found out
 */
export async function findOwnImage(
  env: Readonly<Record<string, string | undefined>>,
  container: string,
  account: string = ACCOUNT,
): Promise<string | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, HOSTNAME: pod } = env;
  if (!host || !pod) return null;
  try {
    const [ca, token, namespace] = await Promise.all(
      ['ca.crt', 'token', 'namespace'].map((name) => readFile(join(account, name), 'utf8')),
    );
    const path = `/api/v1/namespaces/${namespace?.trim()}/pods/${pod}`;
    const text = await get({
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port ?? 443),
      path,
      ca,
      headers: { authorization: `Bearer ${token?.trim()}` },
    });
    const { spec } = JSON.parse(text) as { spec?: { containers?: { name: string; image: string }[] } };
    return spec?.containers?.find(({ name }) => name === container)?.image ?? null;
  } catch {
    return null;
  }
}

async function get(options: object): Promise<string> {
  return await new Promise((resolve, reject) => {
    const sent = request({ ...options, timeout: PATIENCE_MS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_BYTES) sent.destroy(new Error('the answer is too long'));
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`it answers ${response.statusCode}`)),
      );
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('it does not answer')));
    sent.on('error', reject);
    sent.end();
  });
}
