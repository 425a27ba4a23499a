import { isRigError } from '@rig-ops/contract/errors';
import type { Deployment } from '@rig-ops/kubernetes';
import type { WaitExplained } from './explain-wait.ts';

const QUOTA = /exceeded quota|failed quota/i;
const FORBIDDEN =
  /violates PodSecurity|unable to validate against any|is forbidden|is invalid|admission webhook/i;
const ENDING = /being terminated/i;

/** Why a Deployment has fewer pods than it should, in the words of rig; null where it says nothing. */
export function explainDeployment({ status }: Deployment): WaitExplained | null {
  const failing = status?.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  if (failing !== undefined) {
    const said = (failing.message ?? '').trim().replace(/\.$/, '');
    if (ENDING.test(said)) return { text: 'its namespace is being removed', hopeless: false };
    if (QUOTA.test(said)) return { text: `a quota of the cluster is used up: ${said}`, hopeless: true };
    return { text: `the cluster does not let it have a pod: ${said}`, hopeless: FORBIDDEN.test(said) };
  }
  const late = status?.conditions?.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  return late === undefined
    ? null
    : { text: 'it did not become ready in the time that its Deployment allows', hopeless: false };
}

/** What the API server refused, as the reason why an instance could not be started. */
export const explainRefusal = (error: unknown): string =>
  isRigError(error) ? `${error.message.replace(/\.$/, '')}. ${error.hint}` : (error as Error).message;
