import { Args } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { compareContents, type Difference } from '../../logic/diff/compare-contents.ts';
import { readContent } from '../../logic/diff/release-content.ts';
import { isEmpty, showDifference } from '../../logic/diff/show-difference.ts';
import { parseReleaseVersion } from '../../logic/release-version.ts';

interface ReleasesDiff extends Difference {
  app: string;
  from: number;
  to: number;
  message: string | null;
}

export default class ReleasesDiffCommand extends RigCommand {
  static override summary = 'Show what differs between two releases.';
  static override description =
    'Files, build, processes, settings, and of the configuration the names whose values differ.';
  static override examples = [
    {
      description: 'what a rollback to v3 would undo',
      command: '<%= config.bin %> <%= command.id %> v3 --app shop',
    },
    '<%= config.bin %> <%= command.id %> v3 v5 --app shop',
  ];
  static override args = {
    from: Args.string({ required: true, description: 'Version, as v3.', ignoreStdin: true }),
    to: Args.string({
      description: 'Version to compare it with; the live one when absent.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...appFlag,
  };

  override async run(): Promise<ReleasesDiff> {
    const { args, flags } = await this.parse(ReleasesDiffCommand);
    const from = parseReleaseVersion(args.from);
    const given = args.to === undefined ? undefined : parseReleaseVersion(args.to);
    const app = await this.appName(flags.app);
    const { rig, signal, ui } = this;
    const to = given ?? (await rig.call('getApp', { params: { app }, signal })).release;
    if (to === null)
      throw new RigError('release_not_found', `${app} has no live release to compare v${from} with.`, {
        hint: 'Name two releases; `rig releases list` shows them.',
      });
    const [before, after, release] = await Promise.all([
      readContent(rig, app, from, signal),
      readContent(rig, app, to, signal),
      rig.call('getRelease', { params: { app, version: String(to) }, signal }),
    ]);
    const difference = compareContents(before, after);
    ui.note(`From v${from} to v${to}${release.message === null ? '' : `: ${release.message}`}`);
    if (isEmpty(difference)) ui.print('Nothing differs.');
    else showDifference(ui, difference);
    return { app, from, to, message: release.message, ...difference };
  }
}
