import { RigError } from '@rig-ops/contract/errors';

interface KubeconfigFlags {
  engine?: string | undefined;
  kubeconfig?: string | undefined;
  'kubeconfig-context'?: string | undefined;
}

/**
 * The cluster for the apps of a network, as it is sent to the platform; undefined where none was named.
 * @throws RigError `kubeconfig_invalid`, `invalid_input`
 */
export async function readKubeconfig(
  { engine, kubeconfig: file, 'kubeconfig-context': context }: KubeconfigFlags,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (file === undefined && context === undefined) return undefined;
  if (engine !== 'kubernetes')
    throw new RigError('invalid_input', 'A kubeconfig is for a network on Kubernetes.', {
      hint: 'Add --engine kubernetes.',
    });
  const { pickContext } = await import('@rig-ops/client/kubeconfig');
  return await pickContext({ file, context, cwd, env });
}
