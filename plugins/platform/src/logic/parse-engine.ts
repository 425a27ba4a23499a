import { resolve } from 'node:path';
import { checkDaemonPlace } from '@rig-ops/client/embedded';
import { DEFAULT_DOCKER_HOST } from '@rig-ops/contract/docker-host';
import { RigError } from '@rig-ops/contract/errors';
import type { EngineKind } from '@rig-ops/contract/supervisor';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';

export const engineKinds: readonly EngineKind[] = ['process', 'docker', 'kubernetes'];

interface EngineFlags {
  engine?: string | undefined;
  'docker-host'?: string | undefined;
  'docker-certificates'?: string | undefined;
}

/**
 * What apps are to run on, as far as something was said. A path alone is a socket. Paths are relative to `cwd`.
 * @throws RigError `invalid_input`
 */
export function parseEngine(
  flags: EngineFlags,
  cwd: string,
): { engine?: EngineKind; docker?: DockerSettings } {
  const engine = engineKinds.find((kind) => kind === flags.engine);
  const docker = parseDaemon(flags, cwd);
  return { ...(engine === undefined ? {} : { engine }), ...(docker === undefined ? {} : { docker }) };
}

function parseDaemon(flags: EngineFlags, cwd: string): DockerSettings | undefined {
  const { 'docker-certificates': folder, 'docker-host': named } = flags;
  if (named === undefined) {
    if (folder === undefined) return undefined;
    throw new RigError('invalid_input', `A daemon at ${DEFAULT_DOCKER_HOST} needs no certificates.`, {
      hint: 'Name the daemon as well: --docker-host tcp://127.0.0.1:2376',
    });
  }
  const host = !named.includes('://') ? `unix://${resolve(cwd, named)}` : named;
  return checkDaemonPlace(
    { host, certificates: folder === undefined ? null : resolve(cwd, folder) },
    '--docker-host',
  );
}
