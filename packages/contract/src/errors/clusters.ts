import { ExitCode } from '../exit-codes.ts';
import { entry, type ErrorEntry } from './entry.ts';

/** Of the API server of a Kubernetes cluster. None is answered as 401: that would be about the user's own sign-in. */
export const clustersErrors = {
  kubeconfig_invalid: entry(
    ExitCode.invalidInput,
    400,
    'The kubeconfig cannot be used.',
    'See what is in it: `kubectl config view --minify --flatten`.',
  ),
  cluster_unreachable: entry(
    ExitCode.unreachable,
    503,
    'The API server of the cluster does not answer.',
    'Try it: `kubectl cluster-info`; the address is that of the kubeconfig.',
  ),
  cluster_untrusted: entry(
    ExitCode.unreachable,
    502,
    'The certificate of the API server, or the one shown to it, is not accepted.',
    'Take a new kubeconfig: its certificate-authority-data has to be that of this cluster.',
  ),
  cluster_not_authenticated: entry(
    ExitCode.notPermitted,
    502,
    'The cluster does not know the user of the kubeconfig.',
    'Take a kubeconfig with a token or certificate that has not run out.',
  ),
  cluster_not_permitted: entry(
    ExitCode.notPermitted,
    502,
    'The cluster does not let the user of the kubeconfig do this.',
    'Give that user the role: `kubectl auth can-i --list` tells what it may.',
  ),
  cluster_not_found: entry(
    ExitCode.notFound,
    404,
    'The cluster does not have it.',
    'See what is there: `kubectl get all --all-namespaces -l rig.dev/platform`.',
  ),
  cluster_conflict: entry(
    ExitCode.conflict,
    409,
    'Somebody else has it, or has changed it meanwhile.',
    'Try again; where it names another manager, leave the field to one of both.',
  ),
  cluster_expired: entry(
    ExitCode.conflict,
    410,
    'The cluster does not have what happened so long ago any more.',
    'Ask anew.',
  ),
  cluster_rejected: entry(
    ExitCode.invalidInput,
    422,
    'The cluster does not accept the object: its rules, or a policy, forbid it.',
    'Read what it says; a policy of the cluster may have to let it in.',
  ),
  cluster_quota: entry(
    ExitCode.conflict,
    409,
    'A quota of the cluster is used up.',
    'Ask for less (`memory`, `cpus` in rig.toml, `rig apps scale`), or raise it: `kubectl get resourcequota`.',
  ),
  cluster_busy: entry(
    ExitCode.unreachable,
    503,
    'The API server has too much to do.',
    'Try again in a moment.',
  ),
  cluster_unsupported: entry(
    ExitCode.conflict,
    409,
    'The cluster cannot do what rig needs.',
    'Use Kubernetes 1.20 or newer.',
  ),
  cluster_refused: entry(
    ExitCode.unexpected,
    502,
    'The cluster refused what it was asked for.',
    'Read what it says; `rig doctor` tells whether it is well.',
  ),
} as const satisfies Record<string, ErrorEntry>;
