import type { EngineState } from '@rig-ops/contract/resources';
import { whatItCannot } from '../../engines/describe-engines.ts';
import type { Engine } from '../../engines/engine.ts';

export type ToldEngine = Pick<Engine, 'name' | 'capabilities' | 'isolationProblem' | 'version'>;

/** An engine, and what it does not promise. */
export function describeEngine(engine: ToldEngine, seesPlatform: boolean): EngineState {
  const { isolated, networks, outlivesControlPlane, usage, users } = engine.capabilities;
  return {
    name: engine.name,
    version: engine.version,
    isolated,
    why: isolated || !seesPlatform ? null : (engine.isolationProblem()?.why ?? null),
    cannot: whatItCannot(engine.capabilities),
    capabilities: { discovery: networks.discovery, outlivesControlPlane, users, usage },
  };
}
