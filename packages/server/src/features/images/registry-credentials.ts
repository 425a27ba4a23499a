import { readFile } from 'node:fs/promises';
import { authKeyOf, authOf, type DockerAuths } from '@rig-ops/contract/docker-auths';
import { RigError } from '@rig-ops/contract/errors';
import type { RegistryCredentials } from '@rig-ops/docker';

interface DockerConfigFile {
  auths?: DockerAuths;
}

/** Credentials by registry, as in the file that `docker login` writes. */
export interface RegistryKeys {
  /** @param registry `docker.io`, or host and port */
  of: (registry: string) => RegistryCredentials | null;
  /** Names of the registries that it has some for. */
  registries: string[];
}

/** Reads them; there are none where there is no file. @throws RigError `config_unreadable` */
export async function readRegistryKeys(path: string): Promise<RegistryKeys> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { of: () => null, registries: [] };
    throw error;
  }
  return parseRegistryKeys(text, path);
}

/** @throws RigError `config_unreadable`; tells nothing of the content */
function parseRegistryKeys(text: string, path: string): RegistryKeys {
  let file: DockerConfigFile;
  try {
    file = JSON.parse(text) as DockerConfigFile;
  } catch {
    throw new RigError('config_unreadable', `${path} is not JSON.`);
  }
  const auths = file.auths ?? {};
  const of = (registry: string): RegistryCredentials | null => {
    const found = authOf(auths, registry);
    if (found === undefined) return null;
    const serveraddress = authKeyOf(registry);
    if (found.identitytoken !== undefined && found.identitytoken !== '')
      return { identitytoken: found.identitytoken, serveraddress };
    const decoded = Buffer.from(found.auth ?? '', 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 1) return null;
    return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serveraddress };
  };
  return { of, registries: Object.keys(auths) };
}
