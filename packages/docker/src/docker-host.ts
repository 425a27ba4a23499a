import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerAddress, parseDockerAddress } from '@rig-ops/contract/docker-host';
import { RigError } from '@rig-ops/contract/errors';

/** Where a daemon listens. */
export type DockerHost =
  | Extract<DockerAddress, { kind: 'unix' }>
  | (Extract<DockerAddress, { kind: 'tcp' }> & { readonly tls: DockerTls | null });

/** PEM texts, as in a folder of `docker --tlsverify`. */
interface DockerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const TLS_FILES = ['ca', 'cert', 'key'] as const;

/**
 * Reads an address as `docker --host` takes it: `unix:///run/docker.sock`, `tcp://127.0.0.1:2376`.
 * @param certificates folder with `ca.pem`, `cert.pem` and `key.pem`; null for no TLS
 * @throws RigError `invalid_input`
 */
export function parseDockerHost(text: string, certificates: string | null = null): DockerHost {
  const address = parseDockerAddress(text, certificates !== null);
  if (address.kind === 'unix') return address;
  return { ...address, tls: certificates === null ? null : readTls(certificates) };
}

/** As it is written in settings and shown to people. */
export const describeDockerHost = (host: DockerHost): string =>
  host.kind === 'unix'
    ? `unix://${host.path}`
    : `tcp://${host.host.includes(':') ? `[${host.host}]` : host.host}:${host.port}`;

function readTls(folder: string): DockerTls {
  const [ca = '', cert = '', key = ''] = TLS_FILES.map((name) => {
    try {
      return readFileSync(join(folder, `${name}.pem`), 'utf8');
    } catch (error) {
      throw new RigError('invalid_input', `${join(folder, `${name}.pem`)} cannot be read.`, { cause: error });
    }
  });
  return { ca, cert, key };
}
