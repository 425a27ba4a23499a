import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

/** Where a daemon listens. */
export type DockerHost =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: DockerTls | null };

/** PEM texts, as in a folder of `docker --tlsverify`. */
interface DockerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/** Ports that IANA has given to Docker, without and with TLS. */
const PORT = { plain: 2375, tls: 2376 };
const TLS_FILES = ['ca', 'cert', 'key'] as const;

/**
 * Reads an address as `docker --host` takes it: `unix:///run/docker.sock`, `tcp://127.0.0.1:2376`.
 * @param certificates folder with `ca.pem`, `cert.pem` and `key.pem`; null for no TLS
 * @throws RigError `invalid_input`
 */
export function parseDockerHost(text: string, certificates: string | null = null): DockerHost {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    if (isAbsolute(path) && certificates === null) return { kind: 'unix', path };
    throw invalid(text, certificates === null ? 'its path is not absolute' : 'a socket has no TLS');
  }
  const url = URL.parse(text);
  if (url?.protocol !== 'tcp:' || url.hostname === '' || url.username !== '' || url.search !== '')
    throw invalid(text, 'it is neither unix:///PATH nor tcp://HOST:PORT');
  const port = url.port === '' ? PORT[certificates === null ? 'plain' : 'tls'] : Number(url.port);
  // Brackets are of the text, not of the address.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', host, port, tls: certificates === null ? null : readTls(certificates) };
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

const invalid = (text: string, why: string): RigError =>
  new RigError('invalid_input', `${JSON.stringify(text)} is no address of a Docker daemon: ${why}.`);
