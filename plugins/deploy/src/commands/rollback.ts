import { Args, Flags } from '@oclif/core';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { queueFlags } from '../flags/guard.ts';
import { isEmpty, showDifference } from '../logic/diff/show-difference.ts';
import { isLively } from '../logic/lively.ts';
import { planRollback, type RollbackPlan } from '../logic/plan/plan-rollback.ts';
import { readGuard } from '../logic/read-guard.ts';
import { parseReleaseVersion } from '../logic/release-version.ts';
import { type RollBackResult, rollBack } from '../logic/roll-back.ts';

export default class RollbackCommand extends RigCommand {
  static override summary = 'Return to an earlier release.';
  static override description =
    'Makes a new release of the content of an old one; nothing is built. As with a deploy, requests are switched over once it is healthy.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'to a release of your choice',
      command: '<%= config.bin %> <%= command.id %> v3 --app shop',
    },
    {
      description: 'what that would change',
      command: '<%= config.bin %> <%= command.id %> v3 --app shop --plan',
    },
  ];
  static override args = {
    version: Args.string({
      description: 'Release to return to, as v3; the one that was live before when absent.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    app: Flags.string({ description: 'Name of the app.', helpValue: 'NAME' }),
    ...queueFlags,
    plan: Flags.boolean({
      description: 'Show what would change, and change nothing. Exit code 20 if anything would.',
      exclusive: ['wait', 'wait-timeout', 'detach'],
    }),
  };

  override async run(): Promise<RollBackResult | RollbackPlan> {
    const { args, flags } = await this.parse(RollbackCommand);
    const to = args.version === undefined ? undefined : parseReleaseVersion(args.version);
    const app = await this.appName(flags.app);
    const guard = readGuard(flags);
    const { signal, ui } = this;
    if (flags.plan) {
      const plan = await planRollback(this.rig, app, to, signal);
      ui.print(`Rolling ${app} back from v${plan.from} to the content of v${plan.to}`);
      if (isEmpty(plan)) ui.print('Nothing would change.');
      else {
        showDifference(ui, plan);
        this.setExitCode(ExitCode.changesPending);
      }
      return plan;
    }
    const lively = isLively(currentInvocation());
    const result = await rollBack(this.rig, { app, to, guard, detach: flags.detach, ui, lively, signal });
    const { deploy, release, url } = result;
    if (release === null) {
      ui.print(deploy.id);
      ui.note(`Follow it: rig deploy --attach ${deploy.id}`);
      return result;
    }
    ui.print(`v${release.version} is live with the content of v${release.rollbackOf ?? '?'}`);
    if (url !== null) ui.print(url);
    if (result.undo !== null) ui.note(`Undo it: ${result.undo}`);
    return result;
  }
}
