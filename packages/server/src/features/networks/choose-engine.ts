import { RigError } from '@rig-ops/contract/errors';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import { checkKubeconfig } from './check-kubeconfig.ts';

interface Asked {
  readonly network: string;
  readonly engine: string | undefined;
  readonly kubeconfig: string | undefined;
}

/**
 * What a new network runs on. One that was asked for has to be there and well: nobody is to find out at the first deploy.
 * @throws RigError `engine_not_available`, `kubeconfig_invalid`, `invalid_input`
 */
export async function chooseEngine(
  { engine: name, kubeconfig, network }: Asked,
  engines: PlatformEngines,
): Promise<{ engine: string; cluster: string | null }> {
  const engine = name === undefined ? engines.own : engines.find(name);
  if (engine === undefined)
    throw new RigError('engine_not_available', `The platform has no engine ${name}.`, {
      hint: `It has ${engines.names.join(', ')}.`,
    });
  if (kubeconfig !== undefined) {
    if (engine.name !== 'kubernetes')
      throw new RigError('invalid_input', `A kubeconfig is of no use for the engine ${engine.name}.`, {
        hint: 'Leave it out, or create the network with --engine kubernetes.',
      });
    checkKubeconfig(kubeconfig);
    return { engine: engine.name, cluster: network };
  }
  if (engine.name === 'kubernetes' && engines.cluster === null)
    throw new RigError('invalid_input', 'A network on Kubernetes needs a kubeconfig of its cluster.', {
      hint: 'Name a context of yours: --kubeconfig-context NAME, and --kubeconfig FILE where it is not in ~/.kube/config.',
    });
  if (name !== undefined) {
    const problem = await engine.problem();
    if (problem !== null) throw new RigError('engine_not_available', problem.message, { hint: problem.fix });
  }
  return { engine: engine.name, cluster: null };
}
