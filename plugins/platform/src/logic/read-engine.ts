import { readSupervisorConfig } from '@rig-ops/client/embedded';
import { platformLayout } from '@rig-ops/contract/layout';
import type { EngineKind, SupervisorState } from '@rig-ops/contract/supervisor';
import type { DockerReport } from '@rig-ops/contract/supervisor-containers';

export interface EngineDescription {
  /** What apps run on where their network says nothing else. */
  engine: EngineKind;
  /** The daemon of containers; null where none is used. */
  docker: DockerReport | null;
  /** Where images that are built are pushed to; null for nowhere. */
  registry: string | null;
}

/**
 * What the apps of the platform on this machine run on.
 * @param state of its supervisor; null while it does not answer
 */
export async function readEngine(rigHome: string, state: SupervisorState | null): Promise<EngineDescription> {
  const config = await readSupervisorConfig(platformLayout(rigHome));
  const { docker } = state ?? {};
  const asked = config?.docker ?? null;
  return {
    engine: config?.engine ?? 'process',
    registry: config?.registry ?? null,
    docker: docker ?? (asked === null ? null : { host: asked.host, version: null, problem: null }),
  };
}
