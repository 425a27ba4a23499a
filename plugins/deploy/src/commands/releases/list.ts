import { Args, Flags } from '@oclif/core';
import type { Release } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { styleReleaseStatus } from '../../logic/release-status.ts';

export default class ReleasesListCommand extends RigCommand {
  static override summary = 'List the releases of an app, newest first.';
  static override examples = ['<%= config.bin %> <%= command.id %> shop'];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    limit: Flags.integer({ min: 1, max: 1000, default: 20, helpValue: 'N', description: 'At most so many.' }),
    cursor: Flags.string({ helpValue: 'CURSOR', description: 'The `nextCursor` of the page before.' }),
  };

  override async run(): Promise<{ releases: Release[]; nextCursor: string | null }> {
    const { args, flags } = await this.parse(ReleasesListCommand);
    const app = await this.appName(args.app);
    const query = { limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) };
    const page = await this.rig.call('listReleases', { params: { app }, query, signal: this.signal });
    if (page.releases.length === 0)
      this.ui.note(`${app} has no releases yet; \`rig deploy\` makes the first.`);
    else {
      this.ui.table(
        page.releases.map((release) => ({
          version: `v${release.version}`,
          status: styleReleaseStatus(this.ui, release.status),
          created: formatRelativeTime(release.createdAt),
          by: release.createdBy,
          what:
            release.failure ??
            release.message ??
            (release.rollbackOf === null ? '' : `content of v${release.rollbackOf}`),
        })),
        [
          { key: 'version', header: 'RELEASE' },
          { key: 'status', header: 'STATUS' },
          { key: 'created', header: 'CREATED' },
          { key: 'by', header: 'BY' },
          { key: 'what', header: 'WHAT' },
        ],
      );
    }
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }
}
