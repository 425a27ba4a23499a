import { Args, Flags } from '@oclif/core';
import type { Build } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { formatDuration, formatRelativeTime } from '@rig-ops/kit/text';
import { buildDurationMs, styleBuildStatus } from '../../logic/build-status.ts';

export default class BuildsListCommand extends RigCommand {
  static override summary = 'List the builds of an app, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'those that failed, with the reason',
      command: '<%= config.bin %> <%= command.id %> shop --filter status=failed --columns build,created,what',
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

  override async run(): Promise<{ builds: Build[]; nextCursor: string | null }> {
    const { args, flags } = await this.parse(BuildsListCommand);
    const app = await this.appName(args.app, flags.app);
    const query = { limit: flags.limit, ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }) };
    const page = await this.rig.call('listBuilds', { params: { app }, query, signal: this.signal });
    this.ui.table(
      page.builds.map((build) => {
        const durationMs = buildDurationMs(build);
        return {
          id: build.id,
          status: styleBuildStatus(this.ui, build),
          created: formatRelativeTime(build.createdAt),
          createdAt: build.createdAt,
          durationMs,
          duration: durationMs === null ? '' : formatDuration(durationMs),
          detector: build.detector ?? '',
          what: build.failure ?? (build.installFromCache ? 'install from the cache' : ''),
        };
      }),
      [
        { key: 'id', header: 'BUILD', keep: true },
        { key: 'status', header: 'STATUS' },
        { key: 'created', header: 'CREATED', sortBy: 'createdAt' },
        { key: 'duration', header: 'TOOK', align: 'right', sortBy: 'durationMs' },
        { key: 'detector', header: 'DETECTOR' },
        { key: 'what', header: 'WHAT' },
      ],
      { empty: `${app} was never built; \`rig deploy\` builds it.` },
    );
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }
}
