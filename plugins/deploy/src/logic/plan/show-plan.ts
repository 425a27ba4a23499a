import type { Ui } from '@rig-ops/kit';
import { formatBytes } from '@rig-ops/kit/text';
import { showDifference } from '../diff/show-difference.ts';
import type { DeployPlan } from './plan-deploy.ts';

/** Prints a plan, and how to have it carried out. */
export function showPlan(plan: DeployPlan, ui: Ui): void {
  const { against, app, bundle, digest, hasChanges } = plan;
  const live = against.release === null ? 'nothing live' : `v${against.release}`;
  ui.print(`Plan for ${app}, against ${live}: ${bundle.files} files, ${formatBytes(bundle.bytes)}`);
  if (!hasChanges) {
    ui.print('Nothing would change.');
    return;
  }
  showDifference(ui, plan);
  ui.print(`Digest: ${digest}`);
  ui.note(`Do exactly this: rig deploy --apply-plan ${digest}`);
}
