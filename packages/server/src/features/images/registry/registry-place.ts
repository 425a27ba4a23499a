import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { isLoopback } from '@rig-ops/contract/loopback';

const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';
/** Where Docker looks for the authorities of a registry (docs.docker.com/engine/security/certificates). */
const AUTHORITIES = '/etc/docker/certs.d';

/** Host, and port where one is named, that answers for a registry. */
export const hostOfRegistry = (registry: string): string => (registry === HUB ? HUB_HOST : registry);

/** Addresses to try, in this order: plain HTTP is for this machine alone, as with Docker. */
export function originsOfRegistry(registry: string): string[] {
  const host = hostOfRegistry(registry);
  const { hostname } = new URL(`https://${host}`);
  return isLoopback(hostname.replace(/^\[|\]$/g, ''))
    ? [`https://${host}`, `http://${host}`]
    : [`https://${host}`];
}

/** What certificates of a host are checked against; undefined for those that everybody knows. */
export async function authoritiesOf(host: string, folder = AUTHORITIES): Promise<string[] | undefined> {
  const place = join(folder, host);
  const names = await readdir(place).catch(() => []);
  const own = names.filter((name) => name.endsWith('.crt'));
  if (own.length === 0) return undefined;
  const texts = await Promise.all(own.map((name) => readFile(join(place, name), 'utf8')));
  return [...getCACertificates('default'), ...texts];
}
