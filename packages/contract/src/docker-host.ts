import { RigError } from './errors.ts';

/** Where a Docker daemon listens, without its certificates. */
export type DockerAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/** Ports that IANA has given to Docker, without and with TLS. */
const PORT = { plain: 2375, tls: 2376 };

/**
 * Reads an address as `docker --host` takes it: `unix:///run/docker.sock`, `tcp://127.0.0.1:2376`.
 * @param tls whether there are certificates for it
 * @throws RigError `invalid_input`
 */
export function parseDockerAddress(text: string, tls: boolean): DockerAddress {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    if (path.startsWith('/') && !tls) return { kind: 'unix', path };
    throw invalid(text, tls ? 'a socket has no TLS' : 'its path is not absolute');
  }
  const url = URL.parse(text);
  if (url?.protocol !== 'tcp:' || url.hostname === '' || url.username !== '' || url.search !== '')
    throw invalid(text, 'it is neither unix:///PATH nor tcp://HOST:PORT');
  const port = url.port === '' ? PORT[tls ? 'tls' : 'plain'] : Number(url.port);
  // Brackets are of the text, not of the address.
  return { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

const invalid = (text: string, why: string): RigError =>
  new RigError('invalid_input', `${JSON.stringify(text)} is no address of a Docker daemon: ${why}.`);
