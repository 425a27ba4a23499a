import { Args, Flags } from '@oclif/core';
import type { Release } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { describeOrigin } from '../../logic/describe-origin.ts';
import { styleReleaseStatus } from '../../logic/release-status.ts';

export default class ReleasesListCommand extends RigCommand {
  static override summary = 'List the releases of an app, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'those that failed',
      command:
        '<%= config.bin %> <%= command.id %> shop --filter status=failed --columns release,created,what',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    limit: Flags.integer({ min: 1, max: 1000, default: 20, helpValue: 'N', description: 'At most so many.' }),
    cursor: Flags.string({ helpValue: 'CURSOR', description: 'The `nextCursor` of the page before.' }),
    ...tableFlags,
  };

  override async run(): Promise<{ releases: Release[]; nextCursor: string | null }> {
    const { args, flags } = await this.parse(ReleasesListCommand);
    const app = await this.appName(args.app, flags.app);
    const query = { limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) };
    const page = await this.rig.call('listReleases', { params: { app }, query, signal: this.signal });
    this.ui.table(
      page.releases.map((release) => ({
        version: `v${release.version}`,
        status: styleReleaseStatus(this.ui, release.status),
        created: formatRelativeTime(release.createdAt),
        createdAt: release.createdAt,
        by: release.createdBy,
        tags: release.tags.join(', '),
        what: release.failure ?? release.message ?? describeOrigin(release) ?? '',
      })),
      [
        { key: 'version', header: 'RELEASE' },
        { key: 'status', header: 'STATUS' },
        { key: 'created', header: 'CREATED', sortBy: 'createdAt' },
        { key: 'by', header: 'BY' },
        { key: 'tags', header: 'TAGS' },
        { key: 'what', header: 'WHAT' },
      ],
      { empty: `${app} has no releases yet; \`rig deploy\` makes the first.` },
    );
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }
}
