import { Args, Flags } from '@oclif/core';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import { buildQuery } from '@rig-ops/contract/log-filters';
import type { LogRecord } from '@rig-ops/contract/log-record';
import type { WholeLine } from '@rig-ops/wire/log-feed';
import { LogCommand, linesFlag, logFlags } from '../../log-command.ts';
import { findNewestBuild } from '../../logic/find-newest-build.ts';
import { queryFlags } from '../../query-flags.ts';

export default class LogsBuildCommand extends LogCommand {
  static override summary = 'Show and follow what a build prints.';
  static override description =
    'Without a build: the newest one of the app. Following ends with the build, and with exit code 10 when it failed, 12 when it was cancelled.';
  static override examples = [
    {
      description: 'The newest build of the app of rig.toml',
      command: '<%= config.bin %> <%= command.id %>',
    },
    {
      description: 'Follow the newest build of an app',
      command: '<%= config.bin %> <%= command.id %> hello -f',
    },
    {
      description: 'One build, by its id',
      command: '<%= config.bin %> <%= command.id %> bld_4qj4820rd8zyns',
    },
  ];
  static override args = {
    build: Args.string({
      description: 'Id of a build, or an app, of which it is the newest one; that of rig.toml when absent.',
    }),
  };
  static override flags = {
    ...logFlags,
    app: Flags.string({ char: 'a', description: 'The app, another way to name it.' }),
    lines: Flags.integer({
      ...linesFlag,
      description: 'Begin this many lines before the end; the whole log when absent.',
    }),
    ...queryFlags,
  };

  async run(): Promise<AsyncIterable<LogRecord | WholeLine>> {
    const { args, flags } = await this.parse(LogsBuildCommand);
    const build = await this.#chooseBuild(args.build, flags.app);
    const lines = this.stream({ logs: [{ of: { build }, query: buildQuery(flags) }] }, flags);
    return flags.follow ? this.#thenItsResult(lines, build) : lines;
  }

  async #chooseBuild(given: string | undefined, app: string | undefined): Promise<string> {
    if (given !== undefined && isBuildId(given)) return given;
    return await findNewestBuild(this.rig, await this.appName(given ?? app), this.signal);
  }

  /** Who follows a build wants to know how it ended. */
  async *#thenItsResult<T>(lines: AsyncIterable<T>, build: string): AsyncGenerator<T> {
    yield* lines;
    const { status } = await this.rig.call('getBuild', { params: { build }, signal: this.signal });
    if (status === 'failed') this.setExitCode(ExitCode.buildFailed);
    if (status === 'cancelled') this.setExitCode(ExitCode.cancelled);
  }
}

/** Names of apps have no underscore. */
const isBuildId = (text: string) => text.startsWith('bld_');
