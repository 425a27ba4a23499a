import { createBuildMachine } from '../../../detectors/build-machine.ts';
import { detectors } from '../../../detectors/registry.ts';
import type { RouteHandlers } from '../../../http/route-handlers.ts';
import { explainSource } from './explain-source.ts';

/**
 * @param path PATH of builds, but for the programs that an install brings
 * @param images whether what is built runs as an image
 */
export function routesOfExplain(path: string, images: boolean): Pick<RouteHandlers, 'explainBuild'> {
  const machine = { ...createBuildMachine(path), images };
  return { explainBuild: async ({ body }) => explainSource(body, machine, detectors) };
}
