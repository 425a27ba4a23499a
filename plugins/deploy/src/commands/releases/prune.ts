import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { ReleasePruning } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { formatBytes } from '@rig-ops/kit/text';
import { showPruning } from '../../logic/show-pruning.ts';
import { parseTimeSpan } from '../../logic/time-span.ts';

const TEN_YEARS_SECONDS = 10 * 365 * 86_400;

export default class ReleasesPruneCommand extends RigCommand {
  static override summary = 'Remove old releases and what only they need.';
  static override description =
    'Kept whatever is asked: the live release, the newest one, what a rollback returns to, tagged ones, and those ' +
    'that have instances or that a deploy needs. Files of builds go at once; sources that nothing was made of for a ' +
    'day go within an hour behind that.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop --keep 5',
    {
      description: 'what would go',
      command: '<%= config.bin %> <%= command.id %> shop --older-than 30d --dry-run',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    keep: Flags.integer({
      min: 1,
      helpValue: 'N',
      description: 'Keep so many of those that were live, the newest.',
    }),
    'older-than': Flags.string({
      helpValue: 'TIME',
      description: 'Remove what was made longer ago, as 30d.',
    }),
    'dry-run': Flags.boolean({ description: 'Show what would go, and remove nothing.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  override async run(): Promise<ReleasePruning> {
    const { args, flags } = await this.parse(ReleasesPruneCommand);
    const { keep, 'older-than': olderThan } = flags;
    if (keep === undefined && olderThan === undefined)
      throw new RigError('usage', 'Nothing says which releases are old.', {
        hint: 'Give --keep 5 or --older-than 30d; --dry-run shows what would go.',
      });
    const order = {
      ...(keep === undefined ? {} : { keep }),
      ...(olderThan === undefined
        ? {}
        : { olderThanSeconds: parseTimeSpan(olderThan, '--older-than', TEN_YEARS_SECONDS) }),
    };
    const app = await this.appName(args.app, flags.app);
    const { signal, ui } = this;
    const ask = (dryRun: boolean) =>
      this.rig.call('pruneReleases', { params: { app }, body: { ...order, dryRun }, signal });
    const planned = await ask(true);
    const { length } = planned.removed;
    if (flags['dry-run'] || length === 0) {
      showPruning(ui, planned);
      return planned;
    }
    const what = length === 1 ? `v${planned.removed[0]?.version}` : `${length} releases`;
    if (!flags.yes && !(await ui.confirm(`Remove ${what} of ${app} for good?`)))
      throw new RigError('interrupted', 'Nothing was removed.', {
        hint: 'Give --yes to go on without a question.',
      });
    const pruned = await ask(false);
    showPruning(ui, pruned);
    if (pruned.artifacts > 0) ui.print(`${formatBytes(pruned.bytes)} are free again`);
    return pruned;
  }
}
