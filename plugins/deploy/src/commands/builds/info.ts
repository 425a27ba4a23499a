import { Args } from '@oclif/core';
import type { Build } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatDuration, formatRelativeTime } from '@rig-ops/kit/text';
import { buildDurationMs, styleBuildStatus } from '../../logic/build-status.ts';
import { showFields } from '../../logic/show-fields.ts';

export default class BuildsInfoCommand extends RigCommand {
  static override summary = 'Show one build: how it stands, its steps, how long each took.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bld_4qj4820rd8zyns',
    {
      description: 'the slowest steps first',
      command: '<%= config.bin %> <%= command.id %> bld_4qj4820rd8zyns --sort -took',
    },
  ];
  static override args = {
    build: Args.string({ required: true, description: 'Id of the build, as `rig builds list` shows it.' }),
  };
  static override flags = tableFlags;

  override async run(): Promise<Build> {
    const { args } = await this.parse(BuildsInfoCommand);
    const build = await this.rig.call('getBuild', { params: { build: args.build }, signal: this.signal });
    const durationMs = buildDurationMs(build);
    showFields(this.ui, {
      Build: `${build.id} of ${build.app}`,
      Status: styleBuildStatus(this.ui, build),
      Failure: build.failure,
      Created: formatRelativeTime(build.createdAt),
      Took: durationMs === null ? null : formatDuration(durationMs),
      Detector: build.detector,
      Install: build.installFromCache ? 'from the cache' : null,
      Bundle: build.bundleId.slice(0, 12),
    });
    if (build.steps.length === 0) return build;
    this.ui.print('');
    this.ui.table(
      build.steps.map((step) => ({
        name: step.name,
        status: step.status,
        exitCode: step.exitCode === null ? '' : String(step.exitCode),
        tookMs: step.durationMs,
        took: step.durationMs === null ? '' : formatDuration(step.durationMs),
      })),
      [
        { key: 'name', header: 'STEP' },
        { key: 'status', header: 'STATUS' },
        { key: 'exitCode', header: 'EXIT', align: 'right' },
        { key: 'took', header: 'TOOK', align: 'right', sortBy: 'tookMs' },
      ],
    );
    return build;
  }
}
