import { readCluster } from '@rig-ops/client/embedded';
import { RigError } from '@rig-ops/contract/errors';
import { platformLayout } from '@rig-ops/contract/layout';

interface ClusterFlags {
  engine?: string | undefined;
  kubeconfig?: string | undefined;
  'kubeconfig-context'?: string | undefined;
}

interface Surroundings {
  rigHome: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The kubeconfig of the cluster of a platform: the context that was named; that of kubectl for one that is on Kubernetes
 * for the first time, unless it is in a cluster itself. Undefined where it stays as it was.
 * @throws RigError `kubeconfig_invalid`, `invalid_input`
 */
export async function chooseCluster(
  { engine, kubeconfig: file, 'kubeconfig-context': context }: ClusterFlags,
  { cwd, env, rigHome }: Surroundings,
): Promise<string | undefined> {
  const isNamed = file !== undefined || context !== undefined;
  if (isNamed && engine !== undefined && engine !== 'kubernetes')
    throw new RigError('invalid_input', `A kubeconfig is of no use for the engine ${engine}.`, {
      hint: 'Leave it out, or add --engine kubernetes.',
    });
  if (!isNamed) {
    if (engine !== 'kubernetes' || env.KUBERNETES_SERVICE_HOST !== undefined) return undefined;
    if ((await readCluster(platformLayout(rigHome))) !== null) return undefined;
  }
  const { pickContext } = await import('@rig-ops/client/kubeconfig');
  return await pickContext({ file, context, cwd, env });
}
