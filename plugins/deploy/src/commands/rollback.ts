import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { appFlag, currentInvocation, RigCommand } from '@rig-ops/kit';
import { queueFlags } from '../flags/guard.ts';
import { readAppAndVersion } from '../logic/app-and-version.ts';
import { describeOrigin } from '../logic/describe-origin.ts';
import { isEmpty, showDifference } from '../logic/diff/show-difference.ts';
import { findRelease } from '../logic/find-release.ts';
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
      command: '<%= config.bin %> <%= command.id %> shop v3',
    },
    {
      description: 'to the release that is tagged stable',
      command: '<%= config.bin %> <%= command.id %> shop --to stable',
    },
    {
      description: 'keep the configuration that is live',
      command: '<%= config.bin %> <%= command.id %> v3 --only code',
    },
    {
      description: 'what that would change',
      command: '<%= config.bin %> <%= command.id %> shop v3 --plan',
    },
  ];
  static override args = {
    app: Args.string({
      description: 'Name of the app. May be left out before a version.',
      ignoreStdin: true,
    }),
    version: Args.string({
      description: 'Release to return to, as v3; the one that was live before when absent.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...appFlag,
    to: Flags.string({ description: 'Release to return to, by a tag or as v3.', helpValue: 'TAG|vN' }),
    only: Flags.option({
      options: ['code', 'config'] as const,
      description: 'Return to its code, or to its configuration, and keep the other as it is live.',
    })(),
    ...queueFlags,
    plan: Flags.boolean({
      description: 'Show what would change, and change nothing. Exit code 20 if anything would.',
      exclusive: ['wait', 'wait-timeout', 'detach'],
    }),
  };

  override async run(): Promise<RollBackResult | RollbackPlan> {
    const { args, flags } = await this.parse(RollbackCommand);
    const given = readAppAndVersion([args.app, args.version], flags.app);
    if (given.version !== undefined && flags.to !== undefined)
      throw new RigError('usage', `The release is given twice: ${given.version} and --to ${flags.to}.`);
    const version = given.version === undefined ? undefined : parseReleaseVersion(given.version);
    const app = await this.appName(given.app);
    const guard = readGuard(flags);
    const { signal, ui } = this;
    const to = flags.to === undefined ? version : await findRelease(this.rig, app, flags.to, signal);
    const { only } = flags;
    if (flags.plan) {
      const plan = await planRollback(this.rig, app, { to, only }, signal);
      ui.print(`Rolling ${app} back from v${plan.from} to the ${only ?? 'content'} of v${plan.to}`);
      if (isEmpty(plan)) ui.print('Nothing would change.');
      else {
        showDifference(ui, plan);
        this.setExitCode(ExitCode.changesPending);
      }
      return plan;
    }
    const lively = isLively(currentInvocation());
    const { detach } = flags;
    const result = await rollBack(this.rig, { app, to, only, guard, detach, ui, lively, signal });
    const { deploy, release, url } = result;
    if (release === null) {
      ui.print(deploy.id);
      ui.note(`Follow it: rig deploy --attach ${deploy.id}`);
      return result;
    }
    ui.print(`v${release.version} is live with the ${describeOrigin(release) ?? 'content it had'}`);
    if (url !== null) ui.print(url);
    if (result.undo !== null) ui.note(`Undo it: ${result.undo}`);
    return result;
  }
}
