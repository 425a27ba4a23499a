import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseDockerAddress } from '@rig-ops/contract/docker-host';
import { RigError } from '@rig-ops/contract/errors';
import { isLoopback } from '@rig-ops/contract/loopback';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';

const TLS_FILES = ['ca.pem', 'cert.pem', 'key.pem'];

/** The daemon that the environment names as it does for Docker's own command line; null for none. @throws RigError `invalid_input` */
export function namedDaemon(env: Readonly<Record<string, string | undefined>>): DockerSettings | null {
  const host = env.DOCKER_HOST;
  if (host === undefined || host === '') return null;
  const tls = (env.DOCKER_TLS_VERIFY ?? '') !== '' && !host.startsWith('unix:');
  const folder = env.DOCKER_CERT_PATH ?? '';
  const certificates = folder === '' ? join(env.HOME ?? homedir(), '.docker') : resolve(folder);
  return checkDaemonPlace({ host, certificates: tls ? certificates : null }, 'DOCKER_HOST');
}

/**
 * @param source of the address, for people
 * @throws RigError `invalid_input` for what is no address of a daemon on this machine, and for certificates that are not there
 */
export function checkDaemonPlace(settings: DockerSettings, source: string): DockerSettings {
  const { certificates, host } = settings;
  const address = parseDockerAddress(host, certificates !== null);
  if (address.kind === 'tcp' && !isLoopback(address.host)) {
    throw new RigError(
      'invalid_input',
      `${source} is ${host}: containers are run by a daemon of this machine.`,
      {
        hint: `Run the platform on ${address.host}, and add it there as a context: \`rig login URL\`.`,
      },
    );
  }
  for (const name of certificates === null ? [] : TLS_FILES) checkReadable(join(certificates ?? '', name));
  return settings;
}

function checkReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new RigError('invalid_input', `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`, {
      hint: 'Name the folder that has ca.pem, cert.pem and key.pem with --docker-certificates.',
      cause,
    });
  }
}
