import type { RolloutPlan } from '../rollouts/rollout-state.ts';
import type { DeployRecord, DeployStepName } from './deploy-store.ts';

/** Whether a deploy begins with a build. */
export const isBuilt = ({ kind }: Pick<DeployRecord, 'kind'>): boolean => kind === 'deploy';

function stepsOfPlan(plan: RolloutPlan): DeployStepName[] {
  const isReplacing = plan.from !== null;
  const steps: DeployStepName[] = [];
  if (plan.hasReleasePhase) steps.push('release');
  if (plan.strategy === 'recreate' && isReplacing) steps.push('stop');
  steps.push('start', 'health');
  if (plan.inBatches) steps.push('roll');
  if (plan.strategy === 'canary' && isReplacing) steps.push('canary');
  steps.push('switch', 'drain');
  if (plan.watchSeconds > 0) steps.push('watch');
  return steps;
}

/** The steps of a deploy in their order, as far as they are known: the rest is settled behind the build. */
export function stepsOf(deploy: Pick<DeployRecord, 'kind' | 'rollout'>): DeployStepName[] {
  const { plan } = deploy.rollout;
  return [...(isBuilt(deploy) ? ['build' as const] : []), ...(plan === null ? [] : stepsOfPlan(plan))];
}
