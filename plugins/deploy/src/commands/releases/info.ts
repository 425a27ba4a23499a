import { Args } from '@oclif/core';
import type { Release } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { describeOrigin } from '../../logic/describe-origin.ts';
import { styleReleaseStatus } from '../../logic/release-status.ts';
import { looksLikeVersion, parseReleaseVersion } from '../../logic/release-version.ts';
import { showFields } from '../../logic/show-fields.ts';
import { describeSource } from '../../logic/sources/describe-source.ts';

export default class ReleasesInfoCommand extends RigCommand {
  static override summary = 'Show one release.';
  static override examples = ['<%= config.bin %> <%= command.id %> v3 --app shop'];
  static override args = {
    version: Args.string({ required: true, description: 'Version, as v3, or a tag.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
  };

  override async run(): Promise<Release> {
    const { args, flags } = await this.parse(ReleasesInfoCommand);
    const version = looksLikeVersion(args.version) ? String(parseReleaseVersion(args.version)) : args.version;
    const app = await this.appName(flags.app);
    const params = { app, version };
    const release = await this.rig.call('getRelease', { params, signal: this.signal });
    showFields(this.ui, {
      Release: `v${release.version} of ${release.app}`,
      Status: styleReleaseStatus(this.ui, release.status),
      Failure: release.failure,
      Rollout: release.rollout === null ? null : release.rollout.strategy,
      Outcome: release.rollout?.outcome ?? null,
      Message: release.message,
      Tags: release.tags.length === 0 ? null : release.tags.join(', '),
      'Made of': describeOrigin(release),
      Created: `${formatRelativeTime(release.createdAt)} by ${release.createdBy}`,
      Detector: release.detector,
      Image: release.image?.digest ?? release.image?.reference ?? release.image?.id ?? null,
      Build: release.buildId,
      Bundle: release.bundleId.slice(0, 12),
      ...describeSource(release.source),
      ...Object.fromEntries(
        release.processes.map(({ name, command }) => [`Process ${name}`, command.join(' ')]),
      ),
    });
    return release;
  }
}
