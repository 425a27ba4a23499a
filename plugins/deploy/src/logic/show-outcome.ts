import type { Ui } from '@rig-ops/kit';
import type { DeployResult } from './deploy-source.ts';

/** Prints where the app answers, or how to follow a deploy that was not waited for. */
export function showOutcome({ app, deploy, release, url }: DeployResult, ui: Ui): void {
  if (release === null) {
    ui.print(deploy.id);
    ui.note(`Follow it: rig deploy --attach ${deploy.id}`);
  } else if (url !== null) ui.print(url);
  else ui.print(`${app} runs; it has no \`web\` process and so no URL.`);
}
