import { createBuildMachine } from '../../../detectors/build-machine.ts';
import { detectors } from '../../../detectors/registry.ts';
import type { RouteHandlers } from '../../../http/route-handlers.ts';
import { explainSource } from './explain-source.ts';

/** @param path PATH of builds, but for the programs that an install brings */
export function routesOfExplain(path: string): Pick<RouteHandlers, 'explainBuild'> {
  const machine = createBuildMachine(path);
  return { explainBuild: async ({ body }) => explainSource(body, machine, detectors) };
}
